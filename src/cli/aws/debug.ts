// `--debug`: what happens, on standard error, a line each in the form the reference has. Never a
// secret: signatures and session tokens are left out.

import type * as client from '../../wire/index.ts'
import type { Host } from '../host.ts'
import { represent } from './python.ts'

/** Says what happens; nothing where `--debug` is not given. */
export type DebugLog = ((logger: string, message: string) => void) | undefined

export function openDebugLog({ clock, terminal }: Host): NonNullable<DebugLog> {
  return (logger, message) => {
    terminal.err(`${moment(clock.now())} - MainThread - ${logger} - DEBUG - ${message}\n`)
  }
}

function moment(atMs: number): string {
  const at = new Date(atMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return `${day} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** The arguments as they came. */
export function debugArguments(log: DebugLog, argv: readonly string[], version: string): void {
  log?.('awscli.clidriver', `CLI version: ${version}`)
  log?.('awscli.clidriver', `Arguments entered to CLI: ${represent(argv)}`)
}

/** What ended the command, with where it came from. */
export function debugFailure(log: DebugLog, error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const text = `Exception caught in main()\nTraceback (most recent call last):\n${stack}`
  log?.('awscli.clidriver', text)
}

const SECRET = /^(authorization|x-amz-security-token|proxy-authorization)$/

/** A `send` that tells of every request, its answer and the time between. */
export function debuggedSend(
  log: DebugLog,
  clock: Host['clock'],
  send: client.ClientSettings['send'],
): client.ClientSettings['send'] {
  if (!log) return send
  return async (request) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [
      name,
      SECRET.test(name) ? withoutSecret(value) : value,
    ])
    const body = request.body === undefined ? '' : new TextDecoder().decode(request.body)
    const parts = [
      `method=${request.method}`,
      `url=${request.url}`,
      `headers=${represent(Object.fromEntries(headers))}`,
      `body=${represent(body)}`,
    ]
    log('botocore.endpoint', `Sending http request: ${parts.join(', ')}`)
    const started = clock.monotonicMs()
    try {
      const answer = await send(request)
      const tookMs = Math.round(clock.monotonicMs() - started)
      log('urllib3.connectionpool', `${request.url} ${answer.status} in ${tookMs} ms`)
      log('botocore.parsers', `Response headers: ${represent({ ...answer.headers })}`)
      log('botocore.parsers', `Response body:\n${new TextDecoder().decode(answer.body)}`)
      return answer
    } catch (error) {
      const tookMs = Math.round(clock.monotonicMs() - started)
      log('botocore.httpsession', `no answer after ${tookMs} ms: ${String(error)}`)
      throw error
    }
  }
}

// Who signed and for what stays; the signature goes.
function withoutSecret(value: string): string {
  return value.startsWith('AWS4-') ? value.replace(/Signature=\S+/, 'Signature=…') : '…'
}
