// The door of the command line: one function that runs a command and answers its exit code.

export type { Host, RunningServer, ServerOptions, StartServer } from './host.ts'
export { runCli } from './run.ts'
