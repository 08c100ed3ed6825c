// `npm run bench`: measures copies against `cp -a` of the same packs with sync, interleaved in one
// run, and prints a Markdown table and JSON. The server runs in this process and is warm; a copy's
// time is from the request to the moment its job says COMPLETED.
//
//   npm run bench -- --size-mb 1024 --sets src,rnd --rounds 5 [--work DIR] [--out FILE]

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { realServer, User } from '../test/real-server.ts'
import { dataSets } from './data-sets.ts'

interface Round {
  readonly copyS: number
  readonly noopCopyS: number
  readonly cpSyncS: number
}

interface Result {
  readonly set: string
  readonly sizeMb: number
  readonly packMb: number
  readonly backupS: number
  readonly noopBackupS: number
  readonly restoreS: number
  readonly rounds: readonly Round[]
}

const { values: options } = parseArgs({
  options: {
    'size-mb': { type: 'string', default: '1024' },
    sets: { type: 'string', default: 'src,rnd' },
    rounds: { type: 'string', default: '5' },
    work: { type: 'string', default: os.tmpdir() },
    out: { type: 'string' },
  },
})

const results: Result[] = []
for (const set of options.sets.split(',')) results.push(await measure(set))
process.stdout.write(table(results))
if (options.out) fs.writeFileSync(options.out, JSON.stringify(results, null, 2))

async function measure(set: string): Promise<Result> {
  const make = dataSets[set]
  if (!make) throw new Error(`no data set ${set}; there are ${Object.keys(dataSets).join(', ')}`)
  const folder = fs.mkdtempSync(path.join(options.work, `copyhold-bench-${set}-`))
  try {
    const source = path.join(folder, 'source')
    make(source, Number(options['size-mb']))
    settle()
    return await measureIn(folder, set, source)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function measureIn(folder: string, set: string, source: string): Promise<Result> {
  await using server = await realServer(folder)
  const here = new User(server.url, 'eu-west-1')
  const there = new User(server.url, 'us-east-1')
  await here.createVault('source')
  const resource = await here.addDirectory(source)
  let point = ''
  const backupS = await seconds(async () => {
    point = await here.backUp('source', resource)
  })
  const noopBackupS = await seconds(() => here.backUp('source', resource))
  const packs = path.join(folder, 'data', 'stores', 'eu-west-1')
  const rounds: Round[] = []
  for (let number = 0; number < Number(options.rounds); number++) {
    const vault = `copy-${number}`
    await there.createVault(vault)
    const copy = () => here.copy({ vault: 'source', point }, there.vaultArn(vault))
    const target = path.join(folder, `cp-${number}`)
    const times: { copyS?: number; cpSyncS?: number } = {}
    const contestants = [
      async () => {
        times.copyS = await seconds(copy)
      },
      async () => {
        times.cpSyncS = await seconds(async () => cpAndSync(packs, target))
      },
    ]
    // Whoever goes second may find a warmer or a busier disk, so they take turns.
    for (const run of number % 2 ? contestants.reverse() : contestants) {
      settle()
      await run()
    }
    const noopCopyS = await seconds(copy)
    rounds.push({ copyS: times.copyS ?? 0, cpSyncS: times.cpSyncS ?? 0, noopCopyS })
    fs.rmSync(target, { recursive: true })
  }
  const restoreS = await seconds(() => here.restore(point, path.join(folder, 'restored')))
  const sizeMb = Number(options['size-mb'])
  return { set, sizeMb, packMb: megabytes(packs), backupS, noopBackupS, restoreS, rounds }
}

function cpAndSync(from: string, to: string): void {
  const script = 'cp -a "$1" "$2" && find "$2" -type f -exec sync -d {} +'
  const { status } = spawnSync('sh', ['-c', script, 'sh', from, to], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`cp ended with ${status}`)
}

/** Lets the disk finish what earlier steps left, so that nobody pays for others. */
function settle(): void {
  spawnSync('sync')
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return (performance.now() - start) / 1000
}

function megabytes(folder: string): number {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  const bytes = files
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0)
  return Math.round(bytes / (1 << 20))
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function table(all: readonly Result[]): string {
  const head =
    '| set | data | packs | backup | again | copy | cp -a + sync | ratio | no-op copy | restore |'
  const rows = all.map((result) => {
    const of = (key: keyof Round) => median(result.rounds.map((round) => round[key]))
    const ratio = median(result.rounds.map((round) => round.copyS / round.cpSyncS))
    const cells = [
      result.set,
      `${result.sizeMb} MB`,
      `${result.packMb} MB`,
      `${result.backupS.toFixed(2)} s`,
      `${result.noopBackupS.toFixed(2)} s`,
      `${of('copyS').toFixed(2)} s`,
      `${of('cpSyncS').toFixed(2)} s`,
      `${ratio.toFixed(2)}`,
      `${(of('noopCopyS') * 1000).toFixed(0)} ms`,
      `${result.restoreS.toFixed(2)} s`,
    ]
    return `| ${cells.join(' | ')} |`
  })
  const line = head.replace(/[^|]+/g, '---')
  return [head, line, ...rows, ''].join('\n')
}
