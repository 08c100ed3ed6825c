// Copyhold as a contestant: the built program, running already in a process of its own, asked
// through the official SDK. A figure's wall time runs from the request until the job is known to be
// COMPLETED, its CPU time and memory are the server's. The start of the server is told apart.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { DescribeBackupJobCommand } from '@aws-sdk/client-backup'
import { User } from '../test/real-server.ts'
import { type Figures, forgetPeak, processCpuS, processPeakMb } from './figures.ts'

export interface Served extends AsyncDisposable {
  readonly pid: number
  readonly here: User
  readonly there: User
  readonly startS: number
  /** Where the stores of the Regions of `here` and `there` lie. */
  readonly stores: { readonly here: string; readonly there: string }
  /** Runs work on the server and says what it cost. */
  measure(work: () => Promise<unknown>): Promise<Figures>
}

const PROGRAM = path.join(import.meta.dirname, '..', 'bin', 'copyhold.js')
const HERE = 'eu-west-1'
const THERE = 'us-east-1'
/** How often a job is asked after at first, and how long it may take. */
export const WAITING = { pollMs: 3, waitMs: 3_600_000 }

/** How Node is started, beside what the program itself wants. */
export interface NodeSettings {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Starts the built program on `folder` and warms the way to it up. */
export async function serve(
  folder: string,
  { flags, env }: NodeSettings = { flags: [], env: {} },
): Promise<Served> {
  const startMs = performance.now()
  const args = ['dev', '--port', '0', '--data', path.join(folder, 'data'), '--restore-root', folder]
  const child = spawn(process.execPath, [...flags, PROGRAM, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = child.pid ?? 0
  const url = await urlSaidBy(child.stdout)
  const startS = (performance.now() - startMs) / 1000
  const stores = path.join(folder, 'data', 'stores')
  const here = new User(url, HERE, WAITING)
  const there = new User(url, THERE, WAITING)
  await warmUp(here)
  return {
    pid,
    here,
    there,
    startS,
    stores: { here: path.join(stores, HERE), there: path.join(stores, THERE) },
    measure: (work) => measure(pid, work),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The server's one line when it is ready names its URL. */
async function urlSaidBy(output: NodeJS.ReadableStream): Promise<string> {
  let said = ''
  for await (const piece of output) {
    said += String(piece)
    const [url] = /http:\/\/\S+/.exec(said) ?? []
    if (url) return url
  }
  throw new Error(`the server ended before it was ready: ${said}`)
}

/** The first request loads the SDK's and the server's code; that is start, not work. */
async function warmUp(user: User): Promise<void> {
  for (let request = 0; request < 20; request++) {
    const command = new DescribeBackupJobCommand({ BackupJobId: 'warm-up' })
    await user.client.send(command).catch(() => undefined)
  }
}

async function measure(pid: number, work: () => Promise<unknown>): Promise<Figures> {
  forgetPeak(pid)
  const cpuBeforeS = processCpuS(pid)
  const startMs = performance.now()
  await work()
  const wallS = (performance.now() - startMs) / 1000
  const peakMb = processPeakMb(pid)
  const cpuS = processCpuS(pid) - cpuBeforeS
  return { wallS, cpuS, ...(peakMb > 0 ? { peakMb } : {}) }
}
