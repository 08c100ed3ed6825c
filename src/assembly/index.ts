// The door of the assembly: a whole server in this process, and the making of its catalog anew.

export { rebuildCatalog } from './rebuild.ts'
export type { RunningServer, ServerOptions } from './server.ts'
export { startServer } from './server.ts'
