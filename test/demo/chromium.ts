// Is there a real browser on this machine, and what did it complain about?
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const PATIENCE_MS = 15_000

/** The program, or null where there is none. */
export function findChromium ({ CHROMIUM_PATH, PATH = '' }: NodeJS.ProcessEnv = process.env): string | null {
  if (CHROMIUM_PATH !== undefined && CHROMIUM_PATH !== '') return CHROMIUM_PATH
  const places = ['/usr/bin', ...PATH.split(path.delimiter)].flatMap(place => NAMES.map(name => path.join(place, name)))
  return [...places, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(place => existsSync(place)) ?? null
}

/** For tap's `skip`: why there is nothing to test with, or false. Where CI is set nothing is skipped, so that it cannot go unnoticed. */
export function reasonToSkip (environment: NodeJS.ProcessEnv = process.env): string | false {
  if (findChromium(environment) !== null || environment['CI'] === 'true') return false
  return 'No Chromium on this machine: the pages are not tried in a real browser. Install one (apt-get install chromium, brew install chromium) or set CHROMIUM_PATH.'
}

export async function launchChromium (): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('No Chromium on this machine: install one, or set CHROMIUM_PATH.')
  return await chromium.launch({ executablePath, args: FLAGS })
}

/** A page of its own profile. Errors in scripts, violated policies and lost files are added to `complaints`. */
export async function openPage (browser: Browser, complaints: string[], options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const refusedPages = new Set<string>()
  page.on('response', response => { if (response.request().isNavigationRequest() && response.status() >= 400) refusedPages.add(response.url()) })
  page.on('pageerror', error => { complaints.push(`${page.url()}: ${error.message}`) })
  page.on('console', message => {
    // A page that says no has a status that says no; the browser reports that as if a file were missing.
    if (!['error', 'warning'].includes(message.type()) || refusedPages.has(message.location().url)) return
    complaints.push(`${page.url()}: ${message.text()}`)
  })
  return page
}
