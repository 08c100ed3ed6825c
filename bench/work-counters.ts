// What the kernel counted of a process while it did something: bytes through its calls and to the
// disk, waits, CPU time by kind of thread, and calls by name, for which strace must be installed.
// Linux alone tells any of it.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Span } from './flame-profile.ts'

/** Nanoseconds of CPU time are told by thread, clock ticks by user and system. */
const TICKS_A_SECOND = 100

const COUNTED = [
  'userS',
  'systemS',
  'servingS',
  'workerS',
  'sideS',
  'poolS',
  'engineS',
  'readBytes',
  'writtenBytes',
  'diskReadBytes',
  'diskWrittenBytes',
  'waits',
] as const

/** Sums since the start of the process, or what was added to them. */
export type WorkCounts = Readonly<Record<(typeof COUNTED)[number], number>>

/** What a process has done so far. */
export function countsOf(pid: number): WorkCounts {
  const io = numbersOf(read(pid, 'io'))
  // Behind the name, which is in brackets and may hold anything. The 12th and 13th are CPU times.
  const stat = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  return {
    userS: Number(stat[11]) / TICKS_A_SECOND,
    systemS: Number(stat[12]) / TICKS_A_SECOND,
    readBytes: io.rchar ?? 0,
    writtenBytes: io.wchar ?? 0,
    diskReadBytes: io.read_bytes ?? 0,
    diskWrittenBytes: io.write_bytes ?? 0,
    ...threadsOf(pid),
  }
}

/** What was done between two looks, or in several times together. */
export function difference(after: WorkCounts, before: WorkCounts): WorkCounts {
  return combine((name) => after[name] - before[name])
}

export function meanOf(all: readonly WorkCounts[]): WorkCounts {
  return combine((name) => all.reduce((sum, one) => sum + one[name], 0) / all.length)
}

function combine(of: (name: keyof WorkCounts) => number): WorkCounts {
  return Object.fromEntries(COUNTED.map((name) => [name, of(name)])) as WorkCounts
}

/** By what Node calls its threads; of two workers, the one that moves bytes is the older. */
function threadsOf(pid: number) {
  const found = { servingS: 0, workerS: 0, sideS: 0, poolS: 0, engineS: 0, waits: 0 }
  let workers = 0
  const ids = fs.readdirSync(`/proc/${pid}/task`).map(Number)
  for (const id of ids.sort((a, b) => a - b)) {
    const task = `task/${id}`
    const spentS = Number(read(pid, `${task}/schedstat`).split(' ')[0]) / 1e9
    found.waits += numbersOf(read(pid, `${task}/status`)).voluntary_ctxt_switches ?? 0
    const name = read(pid, `${task}/comm`).trim()
    if (id === pid) found.servingS += spentS
    else if (name === 'libuv-worker') found.poolS += spentS
    else if (name === 'WorkerThread') {
      workers += 1
      if (workers === 1) found.workerS += spentS
      else found.sideS += spentS
    } else found.engineS += spentS
  }
  return found
}

/** Every `name: number` of a file of the kernel's. */
function numbersOf(text: string): Record<string, number> {
  const found = text.matchAll(/^(\w+):\s+(\d+)/gm)
  return Object.fromEntries([...found].map(([, name, number]) => [name, Number(number)]))
}

function read(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // A thread that has just ended.
  }
}

/** Calls to the kernel by name while `work` is done; undefined where strace cannot watch. */
export async function callsDuring(
  pid: number,
  work: () => Promise<unknown>,
): Promise<Map<string, number> | undefined> {
  if (spawnSync('strace', ['-V']).status !== 0) return undefined
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-strace-'))
  const summary = path.join(folder, 'summary')
  try {
    const args = ['-f', '-c', '-o', summary, '-p', String(pid)]
    const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = once(strace, 'exit')
    // Its first words are that it is attached, or why not.
    const [said] = await Promise.race([once(strace.stderr, 'data'), ended])
    if (!String(said).includes('attached')) return undefined
    strace.stderr.resume()
    await work()
    strace.kill('SIGINT')
    await ended
    return parseCalls(fs.readFileSync(summary, 'utf8'))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** The table of `strace -c`: share, seconds, microseconds a call, calls, errors if any, name. */
export function parseCalls(summary: string): Map<string, number> {
  const calls = new Map<string, number>()
  for (const line of summary.split('\n')) {
    const [, count, name] = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$/.exec(line) ?? []
    if (name && name !== 'total') calls.set(name, Number(count))
  }
  return calls
}

/** Of the lines that `gc-watch.cjs` wrote: those that began in the spans. */
export function garbageOf(lines: string, spans: readonly Span[]): { runs: number; ms: number } {
  const found = { runs: 0, ms: 0 }
  for (const line of lines.trim().split('\n')) {
    const [startUs = Number.NaN, us = 0] = line.split(' ').map(Number)
    if (!spans.some((span) => startUs >= span.startUs && startUs < span.endUs)) continue
    found.runs += 1
    found.ms += us / 1000
  }
  return found
}
