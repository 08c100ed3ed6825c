// A command's failure on standard error, in AWS's words and in the format asked for.

import * as client from '../../wire/index.ts'
import { CommandFailure, EXIT, generalFailure, UnknownOptions, USAGE } from './failure.ts'
import { formatJson } from './output-json.ts'
import { formatText } from './output-text.ts'
import { isRecord, show } from './python.ts'

export interface ErrorReport {
  readonly exitCode: number
  readonly text: string
}

const INTRODUCTION = 'aws: [ERROR]: '
/** A list or map of fewer members, all of them plain, is shown on its line. */
const INLINE_MEMBERS_MAX = 5

/** Exit code and text of any error a command ended with; `format` as `--cli-error-format`. */
export async function reportError(error: unknown, format: string): Promise<ErrorReport> {
  if (error instanceof client.ServiceError) return await reportServiceError(error, format)
  const failure = error instanceof CommandFailure ? error : generalFailure(messageOf(error), error)
  if (failure instanceof UnknownOptions) {
    return { exitCode: failure.exitCode, text: `\n${USAGE}\n${plain(failure.message)}` }
  }
  const { code, exitCode } = failure
  if (code === undefined) return { exitCode, text: plain(failure.message) }
  const { message } = failure
  const shown = structured(format)
    ? await structuredError({ Code: code, Message: message }, format)
    : plain(format === 'legacy' ? message.trim() : `An error occurred (${code}): ${message}`)
  return { exitCode, text: shown }
}

function messageOf(error: unknown): string {
  if (error instanceof client.RepeatedToken) {
    const token = JSON.stringify({ NextToken: error.message })
    return `Error during pagination: The same next token was received twice: ${token}`
  }
  return error instanceof Error ? error.message : String(error)
}

const plain = (message: string) => `\n${INTRODUCTION}${message.trimEnd()}\n`
const structured = (format: string) => ['json', 'yaml', 'text', 'table'].includes(format)

async function reportServiceError(
  error: client.ServiceError,
  format: string,
): Promise<ErrorReport> {
  const { code, message, details } = error.spelled
  const { rawMessage = message } = error.spelled
  const exitCode = EXIT.service
  if (structured(format)) {
    const document = { Message: rawMessage, Code: code, ...Object.fromEntries(details) }
    return { exitCode, text: await structuredError(document, format) }
  }
  const retries = error.retries === undefined ? '' : ` (reached max retries: ${error.retries})`
  const calling = `when calling the ${error.operation} operation${retries}`
  const line = `An error occurred (${code}) ${calling}: ${message}`
  if (format === 'legacy' || details.length === 0) return { exitCode, text: plain(line) }
  const lines = details.map(([name, value]) => `${name}: ${inline(value)}`)
  const hint = lines.some((text) => text.endsWith(COMPLEX))
    ? '\nUse "--cli-error-format json" or another error format to see the full details.'
    : ''
  const block = `\n\nAdditional error details:\n${lines.join('\n')}${hint}`
  return { exitCode, text: `\n${INTRODUCTION}${line.trimEnd()}${block}\n` }
}

const COMPLEX = '<complex value>'

function inline(value: unknown): string {
  if (!isRecord(value) && !Array.isArray(value)) return show(value)
  const parts = Object.values(value)
  if (
    parts.length >= INLINE_MEMBERS_MAX ||
    parts.some((part) => isRecord(part) || Array.isArray(part))
  )
    return COMPLEX
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  const pairs = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`)
  return `{${pairs.join(', ')}}`
}

async function structuredError(document: object, format: string): Promise<string> {
  if (format === 'json') return formatJson(document)
  if (format === 'text') return formatText(document)
  if (format === 'yaml') return (await import('./output-yaml.ts')).formatYaml(document)
  return (await import('./output-table.ts')).formatTable('error', document)
}
