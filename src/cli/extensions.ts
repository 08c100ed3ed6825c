// What Copyhold's server answers beyond AWS, below `/_copyhold`. Real AWS knows nothing of it, so
// absence is an answer here.

import * as client from '../wire/index.ts'

/** The server refused; the message is its own. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refused'
    this.status = status
  }
}

/** Asks the server. `path` is below `/_copyhold`. Throws Refused, client.NoAnswer. */
export async function askExtension(
  settings: client.ClientSettings,
  request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
    readonly path: string
    readonly query?: readonly (readonly [string, string])[]
    readonly body?: unknown
    readonly account?: string
  },
): Promise<unknown> {
  const { method, body, account } = request
  const identity = settings.credentials
    ? []
    : [
        ['region', settings.region] as const,
        ...(account === undefined ? [] : [['account', account] as const]),
      ]
  const answer = await client.sendPlain(
    {
      method,
      path: `/_copyhold${request.path}`,
      query: [...identity, ...(request.query ?? [])],
      headers: { 'x-copyhold': '1', accept: 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    },
    settings,
  )
  const text = new TextDecoder().decode(answer.body)
  if (answer.status >= 300) {
    const { code, message } = client.readError(answer)
    throw new Refused(answer.status, message === '' ? code : message)
  }
  return text === '' ? undefined : JSON.parse(text)
}
