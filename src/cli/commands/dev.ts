// `copyhold dev`: a development server, until it is told to stop.

import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'
import { runUntilTold } from './until-told.ts'

/** Serves until SIGINT or SIGTERM, then closes in order. */
export async function dev(
  options: { port: string; data?: string; restoreRoot?: string },
  host: Host,
): Promise<number> {
  const { surroundings } = host
  const port = Number(options.port)
  if (!/^\d+$/.test(options.port) || port > 65_535) {
    throw new UsageMistake(`--port ${options.port} is not a port: use a number from 0 to 65535.`)
  }
  const whole = (path: string) =>
    path.startsWith('/') ? path : `${surroundings.currentFolder}/${path}`
  const start = () =>
    host.startServer({
      mode: 'dev',
      port,
      logLevel: 'warn',
      restoreRoots: [
        surroundings.currentFolder,
        ...(options.restoreRoot === undefined ? [] : [whole(options.restoreRoot)]),
      ],
      ...(options.data === undefined ? {} : { dataDir: whole(options.data) }),
    })
  const takenPort =
    'Use --port 0 for any free port or --port NUMBER for another one; if a Copyhold is running ' +
    'there, `copyhold env` says how to ask it.'
  await runUntilTold(start, host, takenPort)
  return 0
}
