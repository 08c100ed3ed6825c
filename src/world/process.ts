// The process a command runs in: its environment, its folder, its end, what interrupts it, and the
// programs it starts.

import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir, release, tmpdir, type } from 'node:os'

export interface ProgramOptions {
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>
  /** `pipe`: what `write` says; otherwise this process's own input. */
  readonly input: 'pipe' | 'inherit'
  /** `keep`: handed over at the end; otherwise they go where this process's own go. */
  readonly output: 'keep' | 'inherit'
}

/** A program that runs. */
export interface Program {
  /** To its standard input; a program that no longer reads is no failure. */
  write(text: string): void
  /** Closes its input and waits for its end. Outputs are empty where they were not kept. */
  end(): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
}

/** Starts the program of that name, without a shell. Throws what the system says (ENOENT). */
export type StartProgram = (command: readonly string[], options: ProgramOptions) => Promise<Program>

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
  readonly startProgram: StartProgram
  /** The system's name and release: `Linux/6.1.0`. */
  readonly system: string
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
  startProgram,
  get system() {
    return `${type()}/${release()}`
  },
}

async function startProgram(command: readonly string[], options: ProgramOptions): Promise<Program> {
  const { spawn } = await import('node:child_process')
  const [file = '', ...rest] = command
  const output = options.output === 'keep' ? 'pipe' : 'inherit'
  const child = spawn(file, rest, {
    env: { ...options.env },
    stdio: [options.input, output, output],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', resolve)
  })
  return follow(child)
}

function follow(child: ChildProcess): Program {
  // A pipe whose reader went away says so here, and only here.
  child.stdin?.on('error', () => {})
  const kept: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] }
  child.stdout?.on('data', (part: Buffer) => kept.out.push(part))
  child.stderr?.on('data', (part: Buffer) => kept.err.push(part))
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? SIGNALLED))
  })
  return {
    write(text) {
      if (child.stdin?.writable) child.stdin.write(text)
    },
    async end() {
      child.stdin?.end()
      const code = await ended
      const text = (parts: Buffer[]) => Buffer.concat(parts).toString()
      return { code, out: text(kept.out), err: text(kept.err) }
    },
  }
}

/** The code of a program that a signal ended. */
const SIGNALLED = 128

/** How many files this process may have open; undefined where the system does not tell. */
export function openFilesMax(): number | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return limit ? Number(limit[1]) : undefined
  } catch {
    return undefined
  }
}
