// Who is in an uploaded file? Read line by line as it arrives, CSV (RFC 4180) or newline-delimited JSON, without ever holding all of it.
import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { plainText } from '../../../oidc/plain-text.ts'
import { findColumn, type ImportColumn, importColumns } from '../../../tenant/member-import.ts'
import type { ReadLine } from '../../../flows/import-members.ts'
import { RequestRefusal } from '../../refusal.ts'

/** What 100,000 long lines weigh, and some more. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024
const MAX_LINE = 16 * 1024

/** Thrown where nothing that follows can be read. */
class Unreadable extends Error {}

/** @throws RequestRefusal `body-too-large`, and `body-malformed` when the upload breaks off. */
export async function * readCsv (upload: Readable): AsyncGenerator<ReadLine> {
  let line = 1
  let headings: readonly (ImportColumn | null)[] | null = null
  try {
    const { start, rest } = await readStart(readText(upload))
    const parser = parse({ delimiter: delimiterOf(start), info: true, skip_empty_lines: true, relax_column_count: true, trim: true, max_record_size: MAX_LINE })
    pipeline(Readable.from(join(start, rest)), parser, () => {})
    for await (const read of parser) {
      const { record, info } = read as { record: readonly string[], info: { lines: number } }
      line = info.lines
      if (headings === null) {
        headings = record.map(findColumn)
        const faults = [...headingFaults(record, headings)]
        for (const { field, message } of faults) yield { line, field, message }
        // Under wrong headings every line would be wrong in the same way.
        if (faults.length > 0) return
        continue
      }
      yield readRecord(headings, record, line)
    }
  } catch (error) {
    // It was opened after the last line that could be read, and swallowed all the others.
    if (error instanceof CsvError) yield { line: error.code === 'CSV_QUOTE_NOT_CLOSED' ? line + 1 : lineOf(error) ?? line, field: null, message: csvSentences[error.code] ?? 'This line cannot be read as CSV.' }
    else if (error instanceof Unreadable) yield { line, field: null, message: error.message }
    else throw error
  }
}

/** @throws RequestRefusal `body-too-large`, and `body-malformed` when the upload breaks off. */
export async function * readNdjson (upload: Readable): AsyncGenerator<ReadLine> {
  let line = 0
  let held = ''
  try {
    for await (const text of readText(upload)) {
      const lines = (held + text).split('\n')
      held = lines.pop() ?? ''
      for (const one of lines) {
        line++
        yield * readObject(one, line)
      }
      if (held.length > MAX_LINE) throw new Unreadable(tooLong)
    }
    line++
    yield * readObject(held, line)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    yield { line: line + 1, field: null, message: error.message }
  }
}

const tooLong = `A line has at most ${MAX_LINE} characters.`
const csvSentences: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened here and never closed.',
  CSV_INVALID_CLOSING_QUOTE: 'A quotation mark ends in the middle of a cell. Inside of a quoted cell it is written twice.',
  INVALID_OPENING_QUOTE: 'A quotation mark begins in the middle of a cell. Put the whole cell into quotation marks, and write those inside of it twice.',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'Something follows a closing quotation mark.',
  CSV_MAX_RECORD_SIZE: `${tooLong} Is a quotation mark not closed?`
}

function lineOf (error: CsvError): number | null {
  const lines: unknown = Reflect.get(error, 'lines')
  return typeof lines === 'number' ? lines : null
}

function * headingFaults (record: readonly string[], headings: readonly (ImportColumn | null)[]) {
  const known = importColumns.join(', ')
  for (const [index, heading] of record.entries()) {
    const column = headings[index] ?? null
    const field = plainText(heading, 64)
    if (column === null) {
      const why = /^(status|state)$/i.test(heading) ? 'A status is not imported: whoever is new is invited, and whoever is suspended stays so.' : `The columns are ${known}.`
      yield { field, message: `There is no column ${field === '' ? 'without a name' : field} here. ${why}` }
    } else if (headings.indexOf(column) !== index) yield { field, message: 'This column is there twice.' }
  }
  if (!headings.includes('email')) yield { field: 'email', message: `The first line names the columns, and email must be among them. The columns are ${known}.` }
}

function readRecord (headings: readonly (ImportColumn | null)[], record: readonly string[], line: number): ReadLine {
  if (record.slice(headings.length).some(cell => cell !== '')) return { line, field: null, message: 'This line has more cells than there are columns. A cell with a separator in it belongs into quotation marks.' }
  const fields: Partial<Record<ImportColumn, unknown>> = {}
  for (const [index, column] of headings.entries()) if (column !== null) fields[column] = record[index]
  return { line, fields }
}

function * readObject (text: string, line: number): Generator<ReadLine> {
  if (text.trim() === '') return
  if (text.length > MAX_LINE) return yield { line, field: null, message: tooLong }
  const object = findObject(text)
  if (object === null) return yield { line, field: null, message: 'Each line is one JSON object, without a comma after it.' }
  const fields: Partial<Record<ImportColumn, unknown>> = {}
  let strange = false
  for (const [name, value] of Object.entries(object)) {
    const column = importColumns.find(one => one === name)
    if (column !== undefined) fields[column] = value
    else {
      strange = true
      const field = plainText(name, 64)
      yield { line, field, message: `There is no field ${field} here. The fields are ${importColumns.join(', ')}.` }
    }
  }
  if (!strange) yield { line, fields }
}

function findObject (text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

/** The separator of the first line: spreadsheets write semicolons where a comma is part of numbers. */
function delimiterOf (start: string): string {
  const [first = ''] = start.split(/\r?\n|\r/, 1)
  const bare = first.replace(/"[^"]*"/g, '')
  const counted = [',', ';', '\t'].map(delimiter => ({ delimiter, count: bare.split(delimiter).length }))
  return counted.reduce((best, one) => one.count > best.count ? one : best).delimiter
}

async function readStart (texts: AsyncGenerator<string>): Promise<{ start: string, rest: AsyncGenerator<string> }> {
  let start = ''
  while (!/[\r\n]/.test(start) && start.length < MAX_LINE) {
    const { done, value } = await texts.next()
    if (done === true) break
    start += value
  }
  return { start, rest: texts }
}

async function * join (start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start
  yield * rest
}

/** UTF-8 without its mark. Excel's older formats are something else, and half-read names are worse than none. */
async function * readText (upload: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
    } catch {
      throw new Unreadable('The file is not UTF-8 from here on. Save it as “CSV UTF-8”.')
    }
  }
  let bytes = 0
  // Not destroyed when reading ends early: the answer goes back on the same connection.
  for await (const chunk of whole(upload.iterator({ destroyOnReturn: false }))) {
    bytes += chunk.length
    if (bytes > MAX_FILE_BYTES) throw new RequestRefusal('body-too-large', `A file has at most ${MAX_FILE_BYTES / 1024 / 1024} MB. Split it.`)
    yield decode(chunk)
  }
  yield decode()
}

async function * whole (chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) if (chunk instanceof Uint8Array) yield chunk
  } catch {
    throw new RequestRefusal('body-malformed', 'The file did not arrive whole. Nothing was changed.')
  }
}
