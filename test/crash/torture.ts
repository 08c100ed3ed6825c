// `npm run test:torture -- --kills 100 --seed 1 --minutes 30`: kills a real server until that many
// kills have counted or the time is over. One line a round; the exit code says whether all held.

import path from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../trees/temporary-folder.ts'
import { KillRun } from './kill-run.ts'
import { LifecycleRun } from './lifecycle-run.ts'
import { SparseRun } from './sparse-run.ts'

const MIB = 1024 * 1024
/** Of the point that moves to cold storage in each round: eight packs. */
const COLD_BYTES = 128 * MIB

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '60' },
    megabytes: { type: 'string', default: '320' },
    'kills-per-job': { type: 'string', default: '4' },
  },
})
const wanted = Number(values.kills)
const seed = Number(values.seed)
const killsPerJob = Number(values['kills-per-job'])
const endMs = performance.now() + Number(values.minutes) * 60_000
const say = (line: string) => process.stdout.write(`${line}\n`)

using folder = temporaryFolder()
await using run = await KillRun.begin({
  folder: folder.path,
  seed,
  treeBytes: Number(values.megabytes) * MIB,
  killsPerJob,
})
await using sparse = await SparseRun.begin(path.join(folder.path, 'sparse'), seed)
await using lifecycles = await LifecycleRun.begin({
  folder: path.join(folder.path, 'lifecycles'),
  seed,
  treeBytes: COLD_BYTES,
  killsPerPart: killsPerJob,
})
let counted = 0
let kills = 0
const wrong: string[] = []
for (let round = 1; counted < wanted && performance.now() < endMs && wrong.length === 0; round++) {
  const report = await run.round()
  const { backup, copy, restore } = report.counted
  const aged = await lifecycles.round()
  const { cool, expire } = aged.counted
  const killsNow = report.kills + aged.kills
  counted += backup + copy + restore + cool + expire
  kills += killsNow
  const { generation, wrong: sparseWrong } = await sparse.round()
  const uncompacted = generation > 1 ? [] : ['a sparse pack was not compacted']
  const roundWrong = [...report.wrong, ...aged.wrong, ...sparseWrong, ...uncompacted]
  wrong.push(...roundWrong)
  const parts = `backup ${backup}, copy ${copy}, restore ${restore}, cool ${cool}, expire ${expire}`
  say(`round ${round}: ${killsNow} kills, counted: ${parts}; ${counted} of ${wanted} so far`)
  for (const line of roundWrong) say(`  WRONG ${line}`)
}
const last = await run.end()
for (const line of last) say(`  WRONG ${line}`)
wrong.push(...last)
const verdict = wrong.length === 0 ? 'everything held' : `${wrong.length} things were wrong`
say(`seed ${seed}: ${kills} kills, ${counted} counted; ${verdict}`)
if (counted < wanted) say(`fewer than the ${wanted} counted kills asked for: time was over`)
process.exitCode = wrong.length === 0 && counted >= wanted ? 0 : 1
