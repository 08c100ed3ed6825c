// The program: runs one command of the command line, handing it what it cannot do itself: start a
// server in this process, or make a server's catalog anew. Rooms are loaded when a command needs
// them.

import type { ServerOptions } from './cli/index.ts'
import { runCli } from './cli/index.ts'

runCli(process.argv.slice(2), {
  startServer: async (options: ServerOptions) => {
    const { startServer } = await import('./assembly/index.ts')
    return startServer(options)
  },
  rebuildCatalog: async (options) => {
    const { rebuildCatalog } = await import('./assembly/index.ts')
    return rebuildCatalog(options)
  },
}).then((code) => {
  process.exitCode = code
})
