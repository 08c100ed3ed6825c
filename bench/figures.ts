// What is measured of a program: wall time, CPU time, peak memory; and what the kernel knows of a
// process and of a folder. Linux alone tells all of it; elsewhere a figure is absent.

import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export interface Figures {
  /** From the start of the work until its result is durable. */
  readonly wallS: number
  readonly cpuS: number
  readonly peakMb?: number
  /** What the vault, repository or folder holds after it. */
  readonly storedMb?: number
}

export const MEGABYTE = 1 << 20
const LOOK_MS = 10

/** Runs a shell script and what it starts; throws when it fails. Its output is not kept. */
export async function measureScript(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<Figures> {
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe'] as const
  const timed = `set -eo pipefail\ntrap 'times >&3' EXIT\n${script}`
  const startMs = performance.now()
  const child = spawn('bash', ['-c', timed], { env: { ...process.env, ...env }, stdio: [...stdio] })
  let peakMb = 0
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, treePeakMb(child.pid ?? 0))
  }, LOOK_MS)
  const said = { errors: '', times: '' }
  child.stderr?.on('data', (text) => {
    said.errors += String(text)
  })
  child.stdio[3]?.on('data', (text: Buffer) => {
    said.times += String(text)
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  const wallS = (performance.now() - startMs) / 1000
  clearInterval(look)
  if (code !== 0) throw new Error(`this ended with ${code}: ${script}\n${said.errors.slice(-800)}`)
  return { wallS, cpuS: secondsOf(said.times), ...(peakMb > 0 ? { peakMb } : {}) }
}

/** The sum of all that `times` of a shell says: its own and its children's, user and system. */
function secondsOf(times: string): number {
  const all = [...times.matchAll(/(\d+)m([\d.]+)s/g)]
  return all.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}

/** Highest resident size so far of the largest process of a tree of processes. */
function treePeakMb(pid: number): number {
  const children = readProc(pid, `task/${pid}/children`).split(' ').map(Number).filter(Boolean)
  return Math.max(processPeakMb(pid), ...children.map(treePeakMb))
}

/** Highest resident size of a process since its start, or since `forgetPeak`. */
export function processPeakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readProc(pid, 'status'))?.[1] ?? 0) / 1024
}

/** CPU time of a process's living threads; NaN where the kernel does not tell. */
export function processCpuS(pid: number): number {
  if (!fs.existsSync(`/proc/${pid}/task`)) return Number.NaN
  const threads = fs.readdirSync(`/proc/${pid}/task`)
  const spent = threads.map((id) => Number(readProc(pid, `task/${id}/schedstat`).split(' ')[0]))
  return spent.reduce((sum, ns) => sum + ns, 0) / 1e9
}

/** Begins a new peak for a process of ours. */
export function forgetPeak(pid: number): void {
  try {
    fs.writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Then the peak is that since the start, which is the stricter figure.
  }
}

function readProc(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // It has ended, or this is not Linux.
  }
}

/** Bytes in the files of a folder, and how many files. */
export function sizeOf(folder: string): { megabytes: number; files: number } {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).size)
  const bytes = files.reduce((sum, size) => sum + size, 0)
  return { megabytes: bytes / MEGABYTE, files: files.length }
}

/** Lets the disk finish what earlier steps left, so that nobody pays for others. */
export function settle(): void {
  spawnSync('sync')
}

/** Of an even number, halfway between the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [low, high] = [Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2)]
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2
}
