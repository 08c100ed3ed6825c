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
    throw new UsageMistake(`${options.port} is no port: 0 to 65535.`)
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
  await runUntilTold(start, host)
  return 0
}
