// The program: runs one command of the command line, handing it what it cannot do itself: start a
// server in this process, read its configuration, or make its catalog anew. Rooms are loaded when a
// command needs them.

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
  adoptStore: async (options) => {
    const { adoptStore } = await import('./assembly/index.ts')
    return adoptStore(options)
  },
  serving: {
    start: async (file) => (await import('./assembly/index.ts')).serveConfiguration(file),
    check: async (file) => (await import('./assembly/index.ts')).checkConfiguration(file),
    schema: async () => (await import('./assembly/index.ts')).configurationJsonSchema(),
    init: async (folder, choice) =>
      (await import('./assembly/index.ts')).writeFirstConfiguration(folder, choice),
  },
}).then((code) => {
  process.exitCode = code
})
