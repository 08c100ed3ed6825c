// The door of the assembly: a whole server in this process, from options or from a configuration
// file, and the making of its catalog anew.

export { configurationJsonSchema } from '../config/index.ts'
export { adoptStore } from './adopt-store.ts'
export type { ServerOptions } from './arrangement.ts'
export { writeFirstConfiguration } from './first-configuration.ts'
export { rebuildCatalog } from './rebuild.ts'
export type { RunningServer } from './server.ts'
export { startServer } from './server.ts'
export { checkConfiguration, serveConfiguration } from './serving.ts'
