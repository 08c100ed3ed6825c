// Copyhold as a contestant: a server that runs already, in a process of its own, asked through the
// official SDK. A figure's wall time runs from the request until the job is known to be COMPLETED,
// its CPU time and memory are the server's. The start of the server is told apart.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { DescribeBackupJobCommand } from '@aws-sdk/client-backup'
import { User } from '../test/real-server.ts'
import { type Figures, forgetPeak, processPeakMb } from './figures.ts'

export interface Served extends AsyncDisposable {
  readonly here: User
  readonly there: User
  readonly startS: number
  /** Where the stores of the Regions of `here` and `there` lie. */
  readonly stores: { readonly here: string; readonly there: string }
  /** Runs work on the server and says what it cost. */
  measure(work: () => Promise<unknown>): Promise<Figures>
}

const HERE = 'eu-west-1'
const THERE = 'us-east-1'
/** How often a job is asked after at first, and how long it may take. */
export const WAITING = { pollMs: 3, waitMs: 3_600_000 }

/** Starts a server on `folder` and warms the way to it up. */
export async function serve(folder: string): Promise<Served> {
  const startMs = performance.now()
  const script = new URL('./server-process.ts', import.meta.url)
  const child = fork(script, [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const startS = (performance.now() - startMs) / 1000
  const stores = path.join(folder, 'data', 'stores')
  const here = new User(url, HERE, WAITING)
  const there = new User(url, THERE, WAITING)
  await warmUp(here)
  return {
    here,
    there,
    startS,
    stores: { here: path.join(stores, HERE), there: path.join(stores, THERE) },
    measure: (work) => measure(child, work),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.send('end')
      await ended
    },
  }
}

/** The first request loads the SDK's and the server's code; that is start, not work. */
async function warmUp(user: User): Promise<void> {
  for (let request = 0; request < 20; request++) {
    const command = new DescribeBackupJobCommand({ BackupJobId: 'warm-up' })
    await user.client.send(command).catch(() => undefined)
  }
}

async function measure(child: ChildProcess, work: () => Promise<unknown>): Promise<Figures> {
  const pid = child.pid ?? 0
  forgetPeak(pid)
  const cpuBeforeS = await cpuOf(child)
  const startMs = performance.now()
  await work()
  const wallS = (performance.now() - startMs) / 1000
  const peakMb = processPeakMb(pid)
  const cpuS = (await cpuOf(child)) - cpuBeforeS
  return { wallS, cpuS, ...(peakMb > 0 ? { peakMb } : {}) }
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ cpuS }] = (await once(child, 'message')) as [{ cpuS: number }]
  return cpuS
}
