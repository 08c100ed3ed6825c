// The door of the assembly: a whole server in this process.

export type { RunningServer, ServerOptions } from './server.ts'
export { startServer } from './server.ts'
