// What the number of recovery points in a vault costs a server: its peak memory while it starts,
// sweeps, copies one point and lets one expire, in a vault of so many. All but one are made through
// the catalog's own functions: backups of twenty thousand would take a day. Each point names the
// packs of the real one and thirty more, of which it shares all but one with the point before.
// `npm run bench -- --points 2000,20000`

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { UpdateRecoveryPointLifecycleCommand } from '@aws-sdk/client-backup'
import { openCatalog, points, rebuilding } from '../src/catalog/index.ts'
import { openKeyring } from '../src/keys/index.ts'
import { parseAccountId, parseJobId, parsePackName, parsePointId } from '../src/model/index.ts'
import { openDiskStore } from '../src/store/index.ts'
import { openVault, type PackRef } from '../src/vault/index.ts'
import { realDisk, systemRandom } from '../src/world/index.ts'
import { ACCOUNT, type User } from '../test/real-server.ts'
import { type Served, serve } from './copyhold-served.ts'
import { MEGABYTE } from './figures.ts'
import { hastyDisk } from './memory.ts'

const DAY_S = 24 * 60 * 60
const REAL_BYTES = 64 * MEGABYTE
const PACK_BYTES = 16 * MEGABYTE
const PACKS_OF_POINT = 30
/** Points of one transaction. */
const POINTS_AT_ONCE = 500

/** What is asked of a server that has just been started. */
const JOBS: Readonly<Record<string, (served: Served, point: string) => Promise<unknown>>> = {
  'nothing at all': async () => undefined,
  sweep: ({ here }) => here.sweep('daily'),
  copy: ({ here, there }, point) => here.copy({ vault: 'daily', point }, there.vaultArn('copies')),
  expire: ({ here }, point) => expire(here, point),
}

/** Prints a row of peaks for each number of points. */
export async function measureManyPoints(counts: readonly number[]): Promise<void> {
  process.stdout.write(`| points | ${Object.keys(JOBS).join(' | ')} |\n`)
  process.stdout.write(`| ---: |${' ---: |'.repeat(Object.keys(JOBS).length)}\n`)
  for (const count of counts) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-points-'))
    try {
      const point = await realPoint(folder)
      await addPoints(folder, { point, count })
      const peaks: string[] = []
      for (const work of Object.values(JOBS)) {
        await using served = await serve(folder)
        const { peakMb = Number.NaN, wallS } = await served.measure(() => work(served, point))
        peaks.push(`${peakMb.toFixed(0)} MiB in ${wallS.toFixed(1)} s`)
      }
      process.stdout.write(`| ${count.toLocaleString('en')} | ${peaks.join(' | ')} |\n`)
    } finally {
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** A point made by a backup, for what is copied to be real. */
async function realPoint(folder: string): Promise<string> {
  const tree = path.join(folder, 'tree')
  fs.mkdirSync(tree)
  fs.writeFileSync(path.join(tree, 'file'), systemRandom.bytes(REAL_BYTES))
  await using served = await serve(folder)
  const { here, there } = served
  await here.createVault('daily')
  await there.createVault('copies')
  return await here.backUp('daily', await here.addDirectory(tree))
}

async function addPoints(folder: string, of: { point: string; count: number }): Promise<void> {
  const data = path.join(folder, 'data')
  const catalog = await openCatalog({ file: path.join(data, 'catalog.db') })
  const row = await catalog.read((tx) =>
    points.findByArn(tx, { account: parseAccountId(ACCOUNT), arn: of.point }),
  )
  if (!row) throw new Error('the point that was made is not there')
  const root = path.join(data, 'stores', row.region)
  const store = await openDiskStore({ root, disk: hastyDisk, random: systemRandom })
  const keys = await openKeyring({
    folder: path.join(data, 'keys'),
    disk: realDisk,
    random: systemRandom,
  })
  const vault = await openVault({ store, vaultId: row.vaultId, keys })
  const manifest = await vault.readManifest(row.id)
  let window: PackRef[] = []
  for (let made = 0; made < of.count; made += POINTS_AT_ONCE) {
    const some = Array.from({ length: Math.min(POINTS_AT_ONCE, of.count - made) }, () => {
      window = [...window, madeUpPack()].slice(-PACKS_OF_POINT)
      const id = parsePointId(systemRandom.uuid().toUpperCase())
      return { id, packs: [...manifest.packs, ...window] }
    })
    for (const { id, packs } of some) {
      await vault.sealManifest({ ...manifest, pointId: id, packs }, systemRandom)
    }
    await catalog.transaction(async (tx) => {
      for (const { id, packs } of some) {
        await rebuilding.addPacks(tx, { vaultId: row.vaultId, packs })
        const arn = row.arn.replace(row.id, id)
        const jobId = parseJobId(systemRandom.uuid().toUpperCase())
        const names = packs.map(({ name }) => name)
        const point = { ...row, id, arn, jobId }
        await rebuilding.addPoint(tx, { point, names, uses: packs, tags: {} })
      }
    })
  }
  await catalog.close()
}

/** Live as far as the catalog knows: nothing here reads it. */
function madeUpPack(): PackRef {
  const name = parsePackName(Buffer.from(systemRandom.bytes(32)).toString('hex'))
  const dataKey = systemRandom.bytes(32)
  return { name, sizeBytes: PACK_BYTES, crc32: 1, dataKey, usedBytes: PACK_BYTES }
}

/** Gives the point a day to live and waits until it is gone, two days later. */
async function expire(user: User, point: string): Promise<void> {
  await user.client.send(
    new UpdateRecoveryPointLifecycleCommand({
      BackupVaultName: 'daily',
      RecoveryPointArn: point,
      Lifecycle: { DeleteAfterDays: 1 },
    }),
  )
  await user.advanceClock(2 * DAY_S)
  await user.pointGone('daily', point)
}
