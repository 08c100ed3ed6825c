// A server of this process runs until it is told to stop, and then closes in order.

import type { Host, RunningServer } from '../host.ts'

/** Starts, says where, serves until SIGINT or SIGTERM, closes. A second signal ends at once. */
export async function runUntilTold<T extends object>(
  start: () => Promise<RunningServer | T>,
  { terminal, surroundings }: Host,
): Promise<T | undefined> {
  const told = new Promise<void>((resolve) => {
    let before = false
    surroundings.onInterrupt(() => {
      if (before) surroundings.exit(1)
      before = true
      resolve()
    })
  })
  const server = await start()
  if (!('close' in server)) return server
  terminal.out(`copyhold is listening on ${server.url}\n`)
  await told
  await server.close()
  return undefined
}
