// The answer of an operation on standard output, in the format asked for. An empty answer prints
// nothing. Formats that stream print page by page, the others once at the end.

import { generalFailure } from './failure.ts'
import { formatJson } from './output-json.ts'
import type { OutputStream } from './output-stream.ts'
import { writeText } from './output-text.ts'
import { isRecord } from './python.ts'

/** A command's answer: one page, or several of a list. */
export interface Answer {
  readonly operationName: string
  readonly pages: AsyncIterable<unknown>
  /** After the pages ended: the token to go on with, where the list was cut off. */
  resumeToken?(): string | undefined
  /** What text output shows of a page. */
  textPage?(page: unknown, first: boolean): unknown
  /** Makes one answer of all pages; absent where there is only one page. */
  merge?(pages: readonly unknown[]): unknown
}

export interface OutputOptions {
  readonly format: string
  /** Applied to the whole answer, or to each page where pages are printed alone. */
  query(value: unknown): unknown
  readonly stream: Pick<OutputStream, 'write' | 'paged'>
  /** Columns of the terminal. */
  readonly columns: number
  /** Whether tables are coloured. */
  readonly coloured: boolean
  /** Called when a coloured table is begun: colours are to be reset at the very end. */
  onColour?(): void
}

/** Prints an answer. Throws CommandFailure for a format that does not exist. */
export async function printAnswer(answer: Answer, options: OutputOptions): Promise<void> {
  const { format } = options
  if (format === 'off') {
    for await (const _ of answer.pages);
    return
  }
  if (format === 'text') return await printTextPages(answer, options)
  if (format === 'yaml-stream') {
    const { formatYamlStream } = await import('./output-yaml.ts')
    for await (const page of answer.pages) {
      const shown = options.query(page)
      if (answer.merge || !isEmpty(shown)) options.stream.write(formatYamlStream(shown))
    }
    return
  }
  const formatter = await formatterOf(answer.operationName, options)
  const pages: unknown[] = []
  for await (const page of answer.pages) pages.push(page)
  const whole = answer.merge ? answer.merge(pages) : pages[0]
  const shown = options.query(whole)
  if (isEmpty(shown)) return
  const text = formatter(shown)
  if (text !== '') options.stream.write(text)
}

const isEmpty = (value: unknown) => isRecord(value) && Object.keys(value).length === 0

async function formatterOf(
  operationName: string,
  { format, columns, coloured, stream, onColour }: OutputOptions,
): Promise<(value: unknown) => string> {
  if (format === 'json') return formatJson
  if (format === 'yaml') return (await import('./output-yaml.ts')).formatYaml
  if (format === 'table') {
    const { formatTable } = await import('./output-table.ts')
    if (coloured) onColour?.()
    const colour = coloured ? (stream.paged ? 'codes' : 'resetting') : 'none'
    return (value) => formatTable(operationName, value, columns, colour)
  }
  throw generalFailure(`Unknown output type: ${format}`)
}

async function printTextPages(answer: Answer, options: OutputOptions): Promise<void> {
  let first = true
  for await (const page of answer.pages) {
    const shown = answer.textPage ? answer.textPage(page, first) : page
    writeText(options.query(shown), (text) => options.stream.write(text))
    first = false
  }
  const token = answer.resumeToken?.()
  if (token === undefined) return
  const last = { NextToken: { NextToken: token } }
  writeText(options.query(last), (text) => options.stream.write(text))
}
