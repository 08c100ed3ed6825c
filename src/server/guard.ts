// Keeps web pages out. A page of a foreign site reaches a server on this machine by DNS rebinding,
// under its own name, or directly, with its own Origin: neither is answered.

import { WireError } from '../wire/index.ts'

/**
 * Names, without port, under which a server may be asked for: the loopback ones, those declared,
 * and the one address it is bound to. The address of all interfaces is no name.
 */
export function acceptedNames({
  hostNames = [],
  host = '127.0.0.1',
}: {
  readonly hostNames?: readonly string[]
  readonly host?: string
}): ReadonlySet<string> {
  const bound = host.includes(':') ? `[${host}]` : host
  const names = [...LOOPBACK_NAMES, ...hostNames, ...(EVERYWHERE.includes(host) ? [] : [bound])]
  return new Set(names.map((name) => name.toLowerCase()))
}

/** Throws AccessDeniedException (403) for a foreign Host or Origin. */
export function checkHost(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: ReadonlySet<string>,
): void {
  const host = typeof headers.host === 'string' ? headers.host.toLowerCase() : ''
  if (!names.has(nameOf(host))) {
    throw denied(`This server is not ${host === '' ? 'asked by name' : host.slice(0, 100)}.`)
  }
  const { origin } = headers
  if (origin === undefined) return
  if (origin !== `http://${host}` && origin !== `https://${host}`) {
    throw denied('Pages of other origins are not answered.')
  }
}

/** Throws AccessDeniedException (403) for who goes around the proxies that end TLS. */
export function checkWay({ bypassesProxy }: { readonly bypassesProxy?: boolean }): void {
  if (bypassesProxy) throw denied('This server is asked through its proxy.')
}

const EVERYWHERE = ['0.0.0.0', '::']
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

function nameOf(host: string): string {
  return /^(\[[0-9a-f:.]+\]|[^:]+)(:[0-9]{1,5})?$/.exec(host)?.[1] ?? ''
}

function denied(message: string): WireError {
  return new WireError({ shape: 'AccessDeniedException', status: 403, message })
}
