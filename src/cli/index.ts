// The door of the command line: one function that runs a command and answers its exit code.

export type { ServerOptions } from './host.ts'
export { runCli } from './run.ts'
