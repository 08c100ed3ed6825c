// The program: runs one command of the command line, handing it the only thing it cannot make
// itself, a server in this process. Rooms are loaded when a command needs them.

import type { ServerOptions } from './cli/index.ts'
import { runCli } from './cli/index.ts'

runCli(process.argv.slice(2), {
  startServer: async (options: ServerOptions) => {
    const { startServer } = await import('./assembly/index.ts')
    return startServer(options)
  },
}).then((code) => {
  process.exitCode = code
})
