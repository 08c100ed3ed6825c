// `copyhold dev`: a development server, until it is told to stop.

import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'

/** Serves until SIGINT or SIGTERM, then closes in order. */
export async function dev(
  options: { port: string; data?: string; restoreRoot?: string },
  host: Host,
): Promise<number> {
  const { terminal, surroundings } = host
  const port = Number(options.port)
  if (!/^\d+$/.test(options.port) || port > 65_535) {
    throw new UsageMistake(`${options.port} is no port: 0 to 65535.`)
  }
  const whole = (path: string) =>
    path.startsWith('/') ? path : `${surroundings.currentFolder}/${path}`
  const told = new Promise<void>((resolve) => {
    let before = false
    surroundings.onInterrupt(() => {
      if (before) surroundings.exit(1)
      before = true
      resolve()
    })
  })
  const server = await host.startServer({
    mode: 'dev',
    port,
    logLevel: 'warn',
    restoreRoots: [
      surroundings.currentFolder,
      ...(options.restoreRoot === undefined ? [] : [whole(options.restoreRoot)]),
    ],
    ...(options.data === undefined ? {} : { dataDir: whole(options.data) }),
  })
  terminal.out(`copyhold is listening on ${server.url}\n`)
  await told
  await server.close()
  return 0
}
