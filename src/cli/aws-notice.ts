// The endpoint trap: our own commands ask this machine by default, what takes AWS's arguments asks
// AWS. Somebody at a terminal who is about to ask AWS itself while a Copyhold answers here is told
// so. Scripts are not, and nothing waits longer than a loopback connection takes.

import type * as client from '../wire/index.ts'
import type { Host } from './host.ts'

const DEFAULT_PORT = 8750
/** A busy server has no more than this to answer. */
const PATIENCE_MS = 100
const LIMITS = { connectTimeoutMs: PATIENCE_MS, readTimeoutMs: PATIENCE_MS }

/** The same `send`, which tells once, before its first request, that AWS itself is asked. */
export function noticingSend(
  send: client.ClientSettings['send'],
  asked: { readonly endpointGiven: boolean; readonly hostname: string },
  host: Host,
): client.ClientSettings['send'] {
  if (asked.endpointGiven || !host.terminal.errIsTerminal) return send
  let told: Promise<void> | undefined
  return async (request) => {
    told ??= notice(asked.hostname, host)
    await told
    return await send(request)
  }
}

async function notice(hostname: string, { http, terminal }: Host): Promise<void> {
  try {
    const answer = await http(
      {
        method: 'GET',
        protocol: 'http:',
        hostname: '127.0.0.1',
        port: DEFAULT_PORT,
        path: '/metrics',
        headers: {},
      },
      LIMITS,
    )
    if (!new TextDecoder().decode(answer.body).includes('copyhold_')) return
  } catch {
    return
  }
  terminal.err(
    `copyhold: this asks AWS itself (${hostname}). The Copyhold on 127.0.0.1:${DEFAULT_PORT} ` +
      'is asked after: eval "$(copyhold env)"\n',
  )
}
