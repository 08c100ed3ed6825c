// Who may be connected: never more than the process can open beside its own work, and of one
// address never all. Where a place is wanted and none is free, the connection that has asked for
// nothing for longest makes room; what is being answered is never cut.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

type Server = FastifyInstance['server']
type Request = FastifyRequest['raw']
type Socket = Request['socket']

/** How many connections there may be. */
export interface ConnectionBounds {
  readonly most: number
  /** Of one address. The rest is for others, such as probes. */
  readonly each: number
}

const CONNECTIONS_MAX = 2048
/** However few files may be open. */
const CONNECTIONS_MIN = 16
/** Places that one address leaves to the others, as a part of all: 32 of 2,048. */
const SHARE_LEFT = 64

/** The bounds of a process that may open so many files; a quarter, at least 64, is for its work. */
export function connectionBounds(openFilesMax = Number.MAX_SAFE_INTEGER): ConnectionBounds {
  const free = openFilesMax - Math.max(64, Math.ceil(openFilesMax / 4))
  const most = Math.max(CONNECTIONS_MIN, Math.min(CONNECTIONS_MAX, free))
  return { most, each: most - Math.ceil(most / SHARE_LEFT) }
}

interface Connection {
  readonly socket: Socket
  readonly address: string
  /** Whether it has asked for anything yet. */
  hasAsked: boolean
  /** Requests that are being read or answered. */
  busy: number
}

/**
 * Keeps the connections of `server` within `bounds`. Addresses that are `trusted` speak for many
 * and have no share.
 */
export function boundConnections(
  server: Server,
  bounds: ConnectionBounds,
  trusted: readonly string[] = [],
): void {
  // In order of their last request, or of their coming.
  const open = new Map<string, Connection>()

  function admit(socket: Socket): void {
    const { remoteAddress: address = '' } = socket
    const ofAddress = (connection: Connection) => connection.address === address
    const plain = address.replace(/^::ffff:/, '')
    const hasShare = !trusted.includes(plain)
    if (hasShare && count(open, ofAddress) >= bounds.each && !makeRoom(open, ofAddress)) {
      socket.destroy()
      return
    }
    if (open.size >= bounds.most && !makeRoom(open, () => true)) {
      socket.destroy()
      return
    }
    const key = keyOf(socket)
    open.set(key, { socket, address, hasAsked: false, busy: 0 })
    socket.once('close', () => open.delete(key))
  }

  function begin({ socket }: Request, response: FastifyReply['raw']): void {
    const key = keyOf(socket)
    const connection = open.get(key)
    if (!connection) return
    connection.hasAsked = true
    connection.busy += 1
    response.once('close', () => {
      connection.busy -= 1
      if (open.delete(key)) open.set(key, connection)
    })
  }

  server.on('connection', admit)
  server.prependListener('request', begin)
}

/** One connection, under TLS and below it: no two that are open have the same. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function count(
  open: ReadonlyMap<string, Connection>,
  is: (connection: Connection) => boolean,
): number {
  let found = 0
  for (const connection of open.values()) if (is(connection)) found += 1
  return found
}

/** Ends one that has never asked, else one that asks nothing now; false when there is none. */
function makeRoom(open: Map<string, Connection>, is: (connection: Connection) => boolean): boolean {
  let idle: [string, Connection] | undefined
  for (const entry of open) {
    const [, connection] = entry
    if (!is(connection) || connection.busy > 0) continue
    if (connection.hasAsked) {
      idle ??= entry
      continue
    }
    idle = entry
    break
  }
  if (!idle) return false
  const [key, { socket }] = idle
  open.delete(key)
  socket.destroy()
  return true
}
