// A server of this process runs until it is told to stop, and then closes in order.

import type { Host, RunningServer } from '../host.ts'

/**
 * Starts, says where, serves until SIGINT or SIGTERM, closes. A second signal ends at once.
 * `takenPort` is what to do where another program has the port.
 */
export async function runUntilTold<T extends object>(
  start: () => Promise<RunningServer | T>,
  { terminal, surroundings }: Host,
  takenPort: string,
): Promise<T | undefined> {
  const told = new Promise<void>((resolve) => {
    let before = false
    surroundings.onInterrupt(() => {
      if (before) surroundings.exit(1)
      before = true
      resolve()
    })
  })
  const server = await startOrTell(start, takenPort)
  if (!('close' in server)) return server
  terminal.out(`copyhold is listening on ${server.url}\n`)
  await told
  await server.close()
  return undefined
}

async function startOrTell<T>(start: () => Promise<T>, takenPort: string): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof Error && codeOf(error.cause) === 'EADDRINUSE')) throw error
    throw new Error(`${error.message}. ${takenPort}`, { cause: error })
  }
}

const codeOf = (cause: unknown) =>
  cause instanceof Error && 'code' in cause ? cause.code : undefined
