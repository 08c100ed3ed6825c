// Goal: the seven MUSTs of docs/design.md hold whatever disk call a server dies at. Method: each
// scene runs once to count its calls, then again for each of them, dying there. What a kill and a
// power cut leave is judged as it lies; then the next process goes on, and what it ends with must
// be what an undisturbed run ends with, without strays.

import assert from 'node:assert/strict'
import { test } from 'node:test'
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
import { everyJobCrash, type Promised } from './job-crash.ts'
import { AWAY, HOME, type JobWorld, RESOURCE, ROLE } from './job-world.ts'

const TO_OFFSITE = `arn:aws:backup:${AWAY.region}:${AWAY.account}:backup-vault:offsite`

test('a vault being made survives a crash at every disk call', async () => {
  const calls = await everyJobCrash({
    async prepare() {},
    async run(world) {
      const keyArn = defaultKeyArn(HOME)
      const request = { from: HOME, name: 'daily', keyArn, creatorRequestId: 'once' }
      const vault = await admitVault(world.admission, request)
      if (vault.state === 'CREATING') await makeVault(world.context, vault)
    },
  })
  assert.ok(calls > 10)
})

test('a backup survives a crash at every disk call', async () => {
  const calls = await everyJobCrash({ prepare: oneVault, run: backUp })
  assert.ok(calls > 50)
})

test('a copy survives a crash at every disk call', async () => {
  const calls = await everyJobCrash({
    prepare: onePoint,
    run: async (world, told) => {
      await copy(world, told)
      await world.runDue()
    },
  })
  assert.ok(calls > 50)
})

test('deleting a point, the sweep after it and deleting its vault survive a crash', async () => {
  const calls = await everyJobCrash({
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteFirstCopy(world, told)
      await world.runDue()
      const vault = { from: AWAY, name: 'offsite' }
      const row = await world.context.catalog.read((tx) => vaults.byName(tx, { ...AWAY, ...vault }))
      if (row) await deleteVault(world.admission, vault)
      await world.runDue()
    },
  })
  assert.ok(calls > 20)
})

test('a copy made while what it needs is being swept survives a crash', async () => {
  const calls = await everyJobCrash({
    prepare: oneCopy,
    run: async (world, told) => {
      await deleteFirstCopy(world, told)
      await copy(world, told)
      await world.runDue()
    },
    // What was swept away is rightly put again.
    putsAgain: true,
  })
  assert.ok(calls > 50)
})

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
  await world.runDue()
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
  await world.runDue()
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
