// What is interrupted in `every-crash.test.ts`: each scene asks for things and has them done, and
// may be asked again by the next process, as a client would that had no answer.

import { jobs, type PointRow, points, vaults } from '../../src/catalog/index.ts'
import {
  admitVault,
  deletePoint,
  deleteVault,
  makeVault,
  type Requester,
  startBackup,
  startCopy,
} from '../../src/jobs/index.ts'
import { defaultKeyArn } from '../../src/keys/index.ts'
import type { JobScene, Promised } from './job-crash.ts'
import { AWAY, HOME, type JobWorld, RESOURCE, ROLE } from './job-world.ts'

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
  'a backup': { prepare: oneVault, run: backUp },
  'a copy': {
    prepare: onePoint,
    run: async (world, told) => {
      await copy(world, told)
      await world.runAll()
    },
  },
  'a point deleted and swept': {
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteFirstCopy(world, told)
      await world.runAll()
    },
  },
  'a point and then its vault deleted': {
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteFirstCopy(world, told)
      await world.runAll()
      const vault = { from: AWAY, name: 'offsite' }
      const row = await world.context.catalog.read((tx) => vaults.byName(tx, { ...AWAY, ...vault }))
      if (row) await deleteVault(world.admission, vault)
      await world.runAll()
    },
  },
  'a copy of what is being swept': {
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteFirstCopy(world, told)
      await copy(world, told)
      await world.runAll()
    },
    // What was swept away is rightly put again.
    putsAgain: true,
  },
}

async function oneVault(world: JobWorld): Promise<void> {
  await world.makeVault(HOME, 'daily')
  await world.addResource()
}

async function onePoint(world: JobWorld): Promise<void> {
  await oneVault(world)
  await world.makeVault(AWAY, 'offsite')
  await backUp(world, { jobs: [], deleted: [] })
}

async function oneCopy(world: JobWorld): Promise<void> {
  await onePoint(world)
  await copy(world, { jobs: [], deleted: [] }, 'the first')
  await world.runAll()
}

async function backUp(world: JobWorld, told: Promised): Promise<void> {
  const { id } = await startBackup(world.admission, {
    from: HOME,
    token: 'the backup',
    vaultName: 'daily',
    resourceArn: RESOURCE,
    roleArn: ROLE,
  })
  told.jobs.push(id)
  await world.runAll()
}

/** Asks for a copy of the one point, once for each token. */
async function copy(world: JobWorld, told: Promised, token = 'the copy'): Promise<void> {
  const [point] = await pointsIn(world, HOME, 'daily')
  const { id } = await startCopy(world.admission, {
    from: HOME,
    token,
    sourceVaultName: 'daily',
    pointArn: point?.arn ?? '',
    destinationVaultArn: TO_OFFSITE,
    roleArn: ROLE,
  })
  told.jobs.push(id)
}

/** Asks for the deletion of the copy that `oneCopy` made, if it is still there. */
async function deleteFirstCopy(world: JobWorld, told: Promised): Promise<void> {
  const points = await pointsIn(world, AWAY, 'offsite')
  const first = await world.context.catalog.read(async (tx) => {
    const of = { ...HOME, operation: 'StartCopyJob', token: 'the first' }
    const before = await jobs.findByToken(tx, of)
    return points.find((point) => point.jobId === before?.jobId)
  })
  if (!first) return
  await deletePoint(world.admission, { from: AWAY, vaultName: 'offsite', pointArn: first.arn })
  told.deleted.push(first.id)
}

function pointsIn(world: JobWorld, of: Requester, name: string): Promise<PointRow[]> {
  return world.context.catalog.read(async (tx) => {
    const vault = await vaults.byName(tx, { ...of, name })
    if (!vault) return []
    const listed = await points.listByVault(tx, { vaultId: vault.id, page: { limit: 100 } })
    return [...listed.rows]
  })
}
