// What is interrupted in `every-crash.test.ts`: each scene asks for things and has them done, and
// may be asked again by the next process, as a client would that had no answer.

import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { jobs, type PointRow, points, vaults } from '../../src/catalog/index.ts'
import {
  admitVault,
  deletePoint,
  deleteVault,
  makeVault,
  type Requester,
  rotateKey,
  startBackup,
  startCopy,
  stopBackup,
} from '../../src/jobs/index.ts'
import { defaultKeyArn } from '../../src/keys/index.ts'
import type { JobId } from '../../src/model/index.ts'
import type { JobScene } from './job-crash.ts'
import { AWAY, HOME, type JobWorld, RESOURCE, ROLE } from './job-world.ts'
import type { Promised } from './moments.ts'

const TO_OFFSITE = `arn:aws:backup:${AWAY.region}:${AWAY.account}:backup-vault:offsite`

export const scenes: Readonly<Record<string, JobScene>> = {
  'a vault being made': {
    async prepare() {},
    async run(world) {
      const keyArn = defaultKeyArn(HOME)
      const request = { from: HOME, name: 'daily', keyArn, creatorRequestId: 'once' }
      const vault = await admitVault(world.admission, request)
      if (vault.state === 'CREATING') await makeVault(world.context, vault)
    },
  },
  'a change of a vault’s key': {
    prepare: onePoint,
    async run(world) {
      const row = await world.context.catalog.read((tx) =>
        vaults.byName(tx, { ...HOME, name: 'daily' }),
      )
      if (!row) return
      await rotateKey(world.context, { vaultId: row.id })
      await world.context.facts.durable(row.id)
    },
  },
  'a backup': { prepare: oneVault, run: backUp },
  'a backup that is stopped when the server is back': {
    prepare: oneVault,
    run: backUp,
    async afterwards(world) {
      const open = await world.context.catalog.read((tx) => {
        return jobs.list(tx, { kind: 'backup', ...HOME, page: { limit: 1 } })
      })
      const [job] = open.rows
      if (!job || job.completedAt !== undefined) return
      await stopBackup(world.admission, { from: HOME, jobId: job.id })
    },
  },
  'a copy': {
    prepare: onePoint,
    run: async (world, told) => {
      await copy(world, told)
      await world.runAll()
    },
  },
  'a copy that re-encrypts': {
    prepare: onePointApart,
    run: async (world, told) => {
      await copy(world, told)
      await world.runAll()
    },
  },
  'a second copy that re-encrypts only what is new': {
    prepare: async (world) => {
      await onePointApart(world)
      await copy(world, { jobs: [], deleted: [] }, 'the first')
      await world.runAll()
      world.addFile()
      await startOneBackup(world, { jobs: [], deleted: [] }, 'the second backup', {})
      await world.runAll()
    },
    run: async (world, told) => {
      await copy(world, told)
      await world.runAll()
    },
  },
  'a re-encrypted copy deleted and swept': {
    prepare: async (world) => {
      await onePointApart(world)
      await copy(world, { jobs: [], deleted: [] }, 'the first')
      await world.runAll()
    },
    run: async (world, told) => {
      await deleteCopy(world, told, 'the first')
      await world.runAll()
    },
  },
  'a point deleted and swept': {
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteCopy(world, told, 'the first')
      await world.runAll()
    },
  },
  'a point and then its vault deleted': {
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteCopy(world, told, 'the first')
      await world.runAll()
      const vault = { from: AWAY, name: 'offsite' }
      const row = await world.context.catalog.read((tx) => vaults.byName(tx, { ...AWAY, ...vault }))
      if (row) await deleteVault(world.admission, vault)
      await world.runAll()
    },
  },
  'a compaction of what a deletion leaves': { prepare: sparsePacks, run: deleteOldest },
  'a deletion of a point that is being compacted': {
    prepare: sparsePacks,
    run: async (world, told) => {
      await deleteNth(world, told, 0)
      await world.attempts()
      await deleteNth(world, told, 1)
      await world.runAll()
    },
  },
  'a copy of a point that uses little of a pack': {
    prepare: async (world) => {
      await sparsePacks(world)
      await world.makeVault(AWAY, 'offsite')
    },
    run: async (world, told) => {
      await copy(world, told)
      await world.runAll()
    },
  },
  'a copy of what is being compacted': {
    prepare: async (world) => {
      await sparsePacks(world)
      await world.makeVault(AWAY, 'offsite')
    },
    run: async (world, told) => {
      await deleteNth(world, told, 0)
      await copy(world, told)
      await world.runAll()
    },
  },
  'a copy of what is being swept': {
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteCopy(world, told, 'the first')
      await copy(world, told)
      await world.runAll()
    },
    // What was swept away is rightly put again.
    putsAgain: true,
  },
}

/** Two points in a vault; without the first one, a pack is used for a seventh. */
export async function sparsePacks(world: JobWorld): Promise<void> {
  await oneVault(world)
  // Before the large file in the same pack, and of more than one chunk.
  const bytes = Uint8Array.from({ length: KEPT_BYTES }, (_, at) => (at * at * 31) >>> 8)
  writeFileSync(path.join(world.tree, 'a-kept'), bytes)
  const nobody = { jobs: [], deleted: [] }
  await startOneBackup(world, nobody, 'the first')
  await world.runAll()
  rmSync(path.join(world.tree, 'file-0'))
  await startOneBackup(world, nobody, 'the second', {})
  await world.runAll()
}

const KEPT_BYTES = 9_000

/** Deletes the first of the two and has swept what that frees. */
async function deleteOldest(world: JobWorld, told: Promised): Promise<void> {
  await deleteNth(world, told, 0)
  await world.runAll()
}

/** Asks for the deletion of the point that the first (0) or the second (1) backup made. */
export async function deleteNth(world: JobWorld, told: Promised, nth: 0 | 1): Promise<void> {
  const token = ['the first', 'the second'][nth] ?? ''
  const points = await pointsIn(world, HOME, 'daily')
  const made = await world.context.catalog.read(async (tx) => {
    const before = await jobs.findByToken(tx, { ...HOME, operation: 'StartBackupJob', token })
    return points.find((point) => point.jobId === before?.jobId)
  })
  if (!made || made.status === 'DELETING') return
  await deletePoint(world.admission, { from: HOME, vaultName: 'daily', pointArn: made.arn })
  told.deleted.push(made.id)
}

/** A vault, and a resource to back up. */
export async function oneVault(world: JobWorld): Promise<void> {
  await world.makeVault(HOME, 'daily')
  await world.addResource()
}

/** A vault with a point, and an empty vault in another Region. */
export async function onePoint(world: JobWorld): Promise<void> {
  await oneVault(world)
  await world.makeVault(AWAY, 'offsite')
  await backUp(world, { jobs: [], deleted: [] })
}

/** A vault with a point, and an empty vault whose copies get data keys of their own. */
export async function onePointApart(world: JobWorld): Promise<void> {
  await onePoint(world)
  await world.context.catalog.transaction(async (tx) => {
    const vault = await vaults.byName(tx, { ...AWAY, name: 'offsite' })
    if (vault) await vaults.setCopyMode(tx, { id: vault.id, mode: 'reencrypt' })
  })
}

/** The same, and a copy made with the token `the first`. */
export async function oneCopy(world: JobWorld): Promise<void> {
  await onePoint(world)
  await copy(world, { jobs: [], deleted: [] }, 'the first')
  await world.runAll()
}

async function backUp(world: JobWorld, told: Promised): Promise<void> {
  await startOneBackup(world, told, 'the backup')
  await world.runAll()
}

/** The next process begins days after the one that died: the job must not have waited too long. */
const YEAR_MINUTES = 365 * 24 * 60

/** Asks for a backup, once for each token; it reads and puts everything unless told otherwise. */
export async function startOneBackup(
  world: JobWorld,
  told: Promised,
  token: string,
  options: Readonly<Record<string, string>> = { 'copyhold.full': 'true' },
): Promise<JobId> {
  const { id } = await startBackup(world.admission, {
    from: HOME,
    token,
    vaultName: 'daily',
    resourceArn: RESOURCE,
    roleArn: ROLE,
    options,
    startWindowMinutes: YEAR_MINUTES,
  })
  told.jobs.push(id)
  return id
}

/** Asks for a copy of the newest point, once for each token. */
export async function copy(
  world: JobWorld,
  told: Promised,
  token = 'the copy',
  pointArn?: string,
): Promise<JobId> {
  const [newest] = await pointsIn(world, HOME, 'daily')
  const { id } = await startCopy(world.admission, {
    from: HOME,
    token,
    sourceVaultName: 'daily',
    pointArn: pointArn ?? newest?.arn ?? '',
    destinationVaultArn: TO_OFFSITE,
    roleArn: ROLE,
  })
  told.jobs.push(id)
  return id
}

/** Asks for the deletion of the copy made with that token, if it is still there. */
export async function deleteCopy(world: JobWorld, told: Promised, token: string): Promise<void> {
  const points = await pointsIn(world, AWAY, 'offsite')
  const made = await world.context.catalog.read(async (tx) => {
    const before = await jobs.findByToken(tx, { ...HOME, operation: 'StartCopyJob', token })
    return points.find((point) => point.jobId === before?.jobId)
  })
  if (!made) return
  await deletePoint(world.admission, { from: AWAY, vaultName: 'offsite', pointArn: made.arn })
  told.deleted.push(made.id)
}

export function pointsIn(world: JobWorld, of: Requester, name: string): Promise<PointRow[]> {
  return world.context.catalog.read(async (tx) => {
    const vault = await vaults.byName(tx, { ...of, name })
    if (!vault) return []
    const listed = await points.listByVault(tx, { vaultId: vault.id, page: { limit: 100 } })
    return [...listed.rows]
  })
}
