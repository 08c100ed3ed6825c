// The process a command runs in: its environment, its folder, its end, and what interrupts it.

import { existsSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'

export interface Surroundings {
  /** An environment variable; undefined when it is not set, '' when it is set to nothing. */
  variable(name: string): string | undefined
  /** Every variable that is set, by name. */
  variables(): Readonly<Record<string, string>>
  readonly currentFolder: string
  readonly homeFolder: string
  readonly temporaryFolder: string
  /** The whole of a file. Throws an error whose `code` is the system's (ENOENT, EISDIR, EACCES). */
  readFile(path: string): Uint8Array
  exists(path: string): boolean
  /** Calls `handler` on Ctrl-C or SIGTERM, in place of ending, until the answer is called. */
  onInterrupt(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Ends the process at once. */
  exit(code: number): never
}

export const systemSurroundings: Surroundings = {
  variable: (name) => process.env[name],
  variables: () => process.env as Record<string, string>,
  get currentFolder() {
    return process.cwd()
  },
  get homeFolder() {
    return homedir()
  },
  get temporaryFolder() {
    return tmpdir()
  },
  readFile: (path) => new Uint8Array(readFileSync(path)),
  exists: (path) => existsSync(path),
  onInterrupt(handler) {
    const onSigint = () => handler('SIGINT')
    const onSigterm = () => handler('SIGTERM')
    process.on('SIGINT', onSigint)
    process.on('SIGTERM', onSigterm)
    return () => {
      process.off('SIGINT', onSigint)
      process.off('SIGTERM', onSigterm)
    }
  },
  exit: (code) => process.exit(code),
}
