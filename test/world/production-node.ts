// With which options of Node does production run the gateway? Those of `npm start`; whatever is measured or killed is started like that.
import { readFileSync } from 'node:fs'

const manifest: { readonly scripts: { readonly start: string } } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

export const productionNode: readonly string[] = manifest.scripts.start.split(' ').filter(word => word.startsWith('--'))
