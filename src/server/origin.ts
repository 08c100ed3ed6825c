// Where a request came from and how: by its connection, or by the word of a proxy that is believed.

import type { FastifyRequest } from 'fastify'
import type { Exchange } from './exchange.ts'
import type { Listening } from './options.ts'

/**
 * The origin of a request. Of several forwarded addresses the last one that no believed proxy has
 * counts: whatever stands before it anybody can have written.
 */
export function originOf(
  {
    headers,
    raw,
  }: Pick<FastifyRequest, 'headers'> & {
    readonly raw: { readonly socket: { readonly remoteAddress?: string | undefined } }
  },
  { tls, trustedProxies = [] }: Listening,
): Pick<Exchange, 'sourceIp' | 'secure' | 'bypassesProxy'> {
  const address = plainAddress(raw.socket.remoteAddress)
  if (address === undefined || !trustedProxies.includes(address)) {
    const bypassesProxy = trustedProxies.length > 0 && !isLoopback(address ?? '')
    return { sourceIp: address, secure: tls !== undefined, bypassesProxy }
  }
  const forwarded = listOf(headers['x-forwarded-for'])
  const protocol = listOf(headers['x-forwarded-proto']).at(-1)
  return {
    sourceIp: forwarded.findLast((one) => !trustedProxies.includes(one)) ?? address,
    secure: protocol?.toLowerCase() === 'https',
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** IPv4 as it is written, also where a socket for both speaks IPv6. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter(Boolean)
}
