// Where the time of a phase goes: a flame graph of the threads of a real, built server, and what
// the kernel counted of it. Two servers do it, since whoever is watched is slowed down: one with
// V8's profiler, one without, which does the phase a last time under strace.
// `npm run bench -- --flame "restore:src,backup:rnd" --size-mb 256 --out-dir docs/flames`

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CopyholdRun } from './copyhold-run.ts'
import { drawFlames, type FlamePanel } from './flame-graph.ts'
import { cutProfile, type Profile, type Span } from './flame-profile.ts'
import { type PhaseFound, reportFlames } from './flame-report.ts'
import { frameNames } from './frame-names.ts'
import { onGround, prepare } from './ground.ts'
import { type Ground, PHASE_BEFORE, PHASES, type Phase } from './phases.ts'
import { SET_NAMES } from './report.ts'
import { callsDuring, countsOf, difference, garbageOf, meanOf } from './work-counters.ts'

interface FlameOptions {
  /** `phase:set`, separated by commas. */
  readonly wanted: string
  readonly sizeMb: number
  readonly work: string
  /** Where the pictures go; without it there are none. */
  readonly outDir: string | undefined
}

const HOME = path.join(import.meta.dirname, '..')
const DIST = path.join(HOME, 'dist')
const BUNDLER = new URL('../build/bundle.mjs', import.meta.url).href
const GC_WATCH = path.join(import.meta.dirname, 'gc-watch.cjs')
/** Twice as often makes short phases slower by another tenth. */
const SAMPLE_US = 500
/** A phase is done again until so much of it was seen: short ones give few samples. */
const SEEN_S = 2
const ROUNDS = { min: 2, max: 10 }
/** What a picture may weigh, so that a page of them is light. */
const PICTURE_BYTES_MAX = 60_000
const SHARES_MIN = [0.003, 0.005, 0.008, 0.012, 0.02]

/** A thread is known by the file of the build that it began with. */
const THREADS: readonly (readonly [string, RegExp])[] = [
  ['Worker thread, which moves the bytes', /worker-thread\.cjs$/],
  ['Side thread, which makes packs and lists folders', /side-thread\.cjs$/],
  ['Main thread, which answers requests', /bin\/copyhold\.js$/],
]

/** Draws and prints what was asked for. */
export async function measureFlames(options: FlameOptions): Promise<void> {
  const wanted = parseWanted(options.wanted)
  const { build } = await import(BUNDLER)
  await build(DIST, { maps: true })
  const found: PhaseFound[] = []
  for (const set of new Set(wanted.map((one) => one.set))) {
    const phases = wanted.filter((one) => one.set === set).map(({ phase }) => phase)
    const ofSet = await bothServers({ set, phases }, options)
    if (options.outDir) for (const one of ofSet) writePicture(one, options)
    found.push(...ofSet)
  }
  const placeOf = ({ phase, set }: PhaseFound) =>
    wanted.findIndex((one) => one.phase === phase && one.set === set)
  found.sort((a, b) => placeOf(a) - placeOf(b))
  reportFlames(found, options.outDir)
}

/** Each on a ground of its own, of which none is removed before both are done: that would cost. */
async function bothServers(
  { set, phases }: { set: string; phases: readonly Phase[] },
  options: FlameOptions,
): Promise<PhaseFound[]> {
  return await onGround(set, options, async (first) => {
    const profiled = await profile(first, phases)
    const counted = await onGround(set, options, (second) => count(second, phases))
    return phases.map(
      (phase, at) => ({ set, phase, ...profiled[at], ...counted[at] }) as PhaseFound,
    )
  })
}

/** What was asked for, each once. */
export function parseWanted(text: string): { phase: Phase; set: string }[] {
  const pairs = text.split(',').map((pair) => pair.trim())
  return [...new Set(pairs)].map((pair) => {
    const [phase = '', set = ''] = pair.split(':')
    if (!PHASES.some((name) => name === phase)) {
      throw new Error(`no phase ${phase} in "${pair}"; there are ${PHASES.join(', ')}`)
    }
    if (!(set in SET_NAMES)) {
      throw new Error(`no data set ${set} in "${pair}"; there are ${Object.keys(SET_NAMES)}`)
    }
    return { phase: phase as Phase, set }
  })
}

type Profiled = Pick<PhaseFound, 'panels' | 'garbage' | 'rounds'>
type Counted = Pick<PhaseFound, 'counts' | 'wallS' | 'calls'>

/** Has V8 sample every thread of a server from its start to its end, and cuts the phases out. */
async function profile(ground: Ground, phases: readonly Phase[]): Promise<Profiled[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-flame-'))
  const gcFile = path.join(folder, 'gc')
  const how = [`--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${SAMPLE_US}`]
  const flags = ['--cpu-prof', ...how, '--require', GC_WATCH]
  try {
    const spans: Span[][] = []
    {
      const env = { GC_WATCH_FILE: gcFile }
      await using run = await CopyholdRun.open(ground, { flags, env })
      await prepare(ground, [run])
      for (const phase of phases) spans.push(await inRounds(run, phase, spanOf))
    }
    const threads = fs
      .readdirSync(folder)
      .filter((file) => file.endsWith('.cpuprofile'))
      .map((file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Profile)
    const garbage = fs.readFileSync(gcFile, 'utf8')
    return spans.map((all) => {
      const { runs, ms } = garbageOf(garbage, all)
      const mean = { runs: runs / all.length, ms: ms / all.length }
      return { panels: panelsOf(threads, all), garbage: mean, rounds: all.length }
    })
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function panelsOf(threads: readonly Profile[], spans: readonly Span[]): FlamePanel[] {
  const nameFrame = frameNames(DIST, HOME)
  return THREADS.flatMap(([name, file]) =>
    threads
      .filter(({ nodes }) => nodes.some(({ callFrame }) => file.test(callFrame.url)))
      .map((thread) => ({ name, ...cutProfile(thread, spans, nameFrame) })),
  )
}

async function spanOf(work: () => Promise<unknown>): Promise<Span> {
  const startUs = monotonicUs()
  await work()
  return { startUs, endUs: monotonicUs() }
}

/** By the clock that V8 stamps its samples with. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint()) / 1000
}

/** Counts what a server does that nobody watches, and at the end, with strace, its calls. */
async function count(ground: Ground, phases: readonly Phase[]): Promise<Counted[]> {
  await using run = await CopyholdRun.open(ground)
  await prepare(ground, [run])
  const found: Counted[] = []
  for (const phase of phases) {
    const rounds = await inRounds(run, phase, async (work) => {
      const before = countsOf(run.pid)
      const span = await spanOf(work)
      return { ...span, counts: difference(countsOf(run.pid), before) }
    })
    const calls = await callsDuring(run.pid, await beginning(run, phase))
    run.clear()
    const wallS = sumS(rounds) / rounds.length
    found.push({ wallS, counts: meanOf(rounds.map((one) => one.counts)), calls })
  }
  return found
}

/** Does a phase often enough, each time with what comes before it. */
async function inRounds<Seen extends Span>(
  run: CopyholdRun,
  phase: Phase,
  watch: (work: () => Promise<unknown>) => Promise<Seen>,
): Promise<Seen[]> {
  const seen: Seen[] = []
  while (seen.length < ROUNDS.min || (seen.length < ROUNDS.max && sumS(seen) < SEEN_S)) {
    seen.push(await watch(await beginning(run, phase)))
    process.stderr.write(`${phase} ${seen.length}: ${sumS(seen.slice(-1)).toFixed(3)} s\n`)
    run.clear()
  }
  return seen
}

async function beginning(run: CopyholdRun, phase: Phase): Promise<() => Promise<unknown>> {
  const before = PHASE_BEFORE[phase]
  if (before) await (await run.begin(before))()
  return await run.begin(phase)
}

function sumS(spans: readonly Span[]): number {
  return spans.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0) / 1e6
}

/** The finest that is light enough. */
function writePicture({ phase, set, panels }: PhaseFound, of: FlameOptions): void {
  const title = `${phase}, ${SET_NAMES[set]}, ${of.sizeMb} MB`
  const drawn = SHARES_MIN.map((shareMin) => () => drawFlames({ title, panels, shareMin }))
  let picture = ''
  for (const draw of drawn) {
    picture = draw()
    if (Buffer.byteLength(picture) <= PICTURE_BYTES_MAX) break
  }
  const folder = of.outDir as string
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, pictureName(phase, set)), picture)
}

export function pictureName(phase: Phase, set: string): string {
  return `${phase.replaceAll(' ', '-')}-${set}.svg`
}
