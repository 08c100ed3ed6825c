// A server process that a test may kill and start again on the same folder. The folder holds all of
// it: `data`, the put log, and whatever is restored.

import { type ChildProcess, spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'

/** Compiled code, kept between starts: a test that kills a server starts many. */
const COMPILED = path.join(os.tmpdir(), 'copyhold-test-compiled')
const SERVED = path.join(import.meta.dirname, 'served.ts')

/** Where a killable server keeps its things below one folder. */
export function placesIn(folder: string): { data: string; putLog: string } {
  return { data: path.join(folder, 'data'), putLog: path.join(folder, 'puts.log') }
}

/** A server process that answers. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  readonly #said: () => string

  private constructor(started: Started, url: string) {
    this.url = url
    this.#child = started.child
    this.#ended = started.ended
    this.#said = started.said
  }

  /** Resolves when it answers; throws what it said when it ended instead. */
  static async start(folder: string): Promise<ServerProcess> {
    const started = launch(folder)
    const { stdout } = started.child
    const url = await new Promise<string | undefined>((resolve) => {
      let text = ''
      stdout?.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
        if (text.includes('\n')) resolve(text.trim())
      })
      void started.ended.then(() => resolve(undefined))
    })
    if (url === undefined) throw new Error(`no server: ${started.said()}`)
    return new ServerProcess(started, url)
  }

  /** Dead, as if by `kill -9`, when it resolves. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Asks it to end; answers its exit code. */
  async terminate(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }

  /** What it wrote to standard error. */
  get said(): string {
    return this.#said()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

/** Starts one that is expected not to come up; answers what it said and its exit code. */
export async function refusedStart(folder: string): Promise<{ code: number | null; said: string }> {
  const { child, ended, said } = launch(folder)
  child.stdout?.on('data', () => child.kill('SIGKILL'))
  return { code: await ended, said: said() }
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  readonly said: () => string
}

function launch(folder: string): Started {
  const { data, putLog } = placesIn(folder)
  const child = spawn(process.execPath, [SERVED, data, putLog, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    said += piece
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code))
  })
  return { child, ended, said: () => said }
}
