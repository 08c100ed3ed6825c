// `npm run bench`: Copyhold and its peers at the same work, interleaved in one run. Everybody does
// every phase in every round; who goes first changes from round to round. Prints a Markdown table;
// `--out` keeps all figures as JSON, from which `--report` makes the tables and the chart of docs/.
//
//   npm run bench -- --size-mb 1024 --sets src,sql,img,rnd --rounds 5 --out FILE
//                    [--peers restic,cp] [--phases "first copy,restore"] [--work DIR]
//   npm run bench -- --report FILE
//   npm run bench -- --latency 50,150 --size-mb 512
//   npm run bench -- --memory files,terabyte,thousand --scale 1
//   npm run bench -- --points 2000,20000
//   npm run bench -- --flame "restore:src,first copy:rnd" --size-mb 256 [--out-dir docs/flames]

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { CopyholdRun } from './copyhold-run.ts'
import { type Figures, sizeOf } from './figures.ts'
import { onGround, prepare } from './ground.ts'
import { installedPeers, PeerRun, versionOf } from './peers.ts'
import { type Ground, PHASES, type Phase } from './phases.ts'
import { type BenchResult, type SetResult, simpleTable, writeReport } from './report.ts'

const { values: options } = parseArgs({
  options: {
    'size-mb': { type: 'string', default: '1024' },
    sets: { type: 'string', default: 'src,sql,img,rnd' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string', default: 'restic,rsync,cp,rclone,borg' },
    phases: { type: 'string', default: PHASES.join(',') },
    work: { type: 'string', default: os.tmpdir() },
    out: { type: 'string' },
    report: { type: 'string' },
    latency: { type: 'string' },
    memory: { type: 'string' },
    points: { type: 'string' },
    flame: { type: 'string' },
    'out-dir': { type: 'string' },
    scale: { type: 'string', default: '0.1' },
  },
})

if (options.report) writeReport(JSON.parse(fs.readFileSync(options.report, 'utf8')))
else if (options.latency) await latency(options.latency.split(',').map(Number))
else if (options.memory) await memory(options.memory.split(','))
else if (options.points) await manyPoints(options.points.split(',').map(Number))
else if (options.flame) await flames(options.flame)
else await bench()

async function latency(roundTripsMs: readonly number[]): Promise<void> {
  const { measureLatency } = await import('./latency.ts')
  const [sizeMb, rounds] = [Number(options['size-mb']), Number(options.rounds)]
  await measureLatency({ roundTripsMs, sizeMb, rounds })
}

async function memory(which: readonly string[]): Promise<void> {
  const { measureMemory } = await import('./memory.ts')
  await measureMemory({ which, scale: Number(options.scale) })
}

async function manyPoints(counts: readonly number[]): Promise<void> {
  buildProgram()
  const { measureManyPoints } = await import('./many-points.ts')
  await measureManyPoints(counts)
}

async function flames(wanted: string): Promise<void> {
  const { measureFlames } = await import('./flame.ts')
  const { 'size-mb': sizeMb, work, 'out-dir': outDir } = options
  await measureFlames({ wanted, sizeMb: Number(sizeMb), work, outDir })
}

async function bench(): Promise<void> {
  const peers = installedPeers(options.peers.split(',').filter((name) => name !== ''))
  buildProgram()
  const sets: SetResult[] = []
  const result: BenchResult = {
    machine: describeMachine(),
    node: process.versions.node,
    versions: Object.fromEntries(peers.map((name) => [name, versionOf(name)])),
    sizeMb: Number(options['size-mb']),
    rounds: Number(options.rounds),
    sets,
  }
  const ground = { sizeMb: result.sizeMb, work: options.work }
  for (const set of options.sets.split(',')) {
    sets.push(await onGround(set, ground, (on) => runRounds(on, peers)))
    // After every set, so that a long run that is stopped leaves what it had.
    if (options.out) fs.writeFileSync(options.out, `${JSON.stringify(result, null, 1)}\n`)
  }
  process.stdout.write(simpleTable(result))
}

/** What is measured is what users run. */
function buildProgram(): void {
  const script = path.join(import.meta.dirname, '..', 'build', 'bundle.mjs')
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`the build ended with ${status}`)
}

async function runRounds(ground: Ground, peers: readonly string[]): Promise<SetResult> {
  await using copyhold = await CopyholdRun.open(ground)
  const contestants = [copyhold, ...peers.map((name) => new PeerRun(name, ground))]
  await prepare(ground, contestants)
  const { megabytes, files } = sizeOf(ground.data)
  const figures: Record<string, Partial<Record<Phase, Figures[]>>> = {}
  const dropped = new Set<string>()
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const contestant of inTurn(contestants, round)) {
      for (const phase of PHASES.filter((name) => options.phases.split(',').includes(name))) {
        const what = `${contestant.name}, ${phase}`
        if (dropped.has(what)) continue
        const found = await contestant.run(phase, round).catch((error: Error) => {
          process.stderr.write(`left out: ${what}: ${error.message}\n`)
          dropped.add(what)
        })
        if (!found) continue
        const byPhase = figures[contestant.name] ?? {}
        figures[contestant.name] = { ...byPhase, [phase]: [...(byPhase[phase] ?? []), found] }
        process.stderr.write(`${ground.set} ${round + 1}: ${what} ${found.wallS.toFixed(3)} s\n`)
      }
      contestant.clear()
    }
  }
  return { set: ground.set, megabytes, files, startS: copyhold.startS, figures }
}

/** Whoever goes second may find a warmer or a busier machine, so they take turns. */
function inTurn<Contestant>(all: readonly Contestant[], round: number): readonly Contestant[] {
  const first = round % all.length
  const turned = [...all.slice(first), ...all.slice(0, first)]
  return round % 2 === 0 ? turned : turned.reverse()
}

function describeMachine(): string {
  const [cpu] = os.cpus()
  const memoryGb = Math.round(os.totalmem() / 2 ** 30)
  const system = `${os.type()} ${os.release()}`
  return `${os.cpus().length} cores (${cpu?.model.trim()}), ${memoryGb} GiB, ${system}`
}
