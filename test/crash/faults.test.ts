// A disk that is full, takes permission away, reads short, or loses files, under every kind of
// job: each ends as it would have, or fails saying why; never a wrong restore, never a copy
// called COMPLETED that is not there, and nothing is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobRow } from '../../src/catalog/index.ts'
import { deletePoint } from '../../src/jobs/index.ts'
import type { SimDisk } from '../sim/disk.ts'
import { AWAY, HOME } from './job-world.ts'
import { RottenWorld } from './rotten-world.ts'
import { startOneBackup } from './scenes.ts'

type Fault = (disk: SimDisk, skip: number) => void
type Act = (rotten: RottenWorld) => Promise<JobRow | undefined>

const FAULTS: Readonly<Record<string, Fault>> = {
  'is full when a file is made': (disk, skip) => disk.failNext('open', 'ENOSPC', skip),
  'is full when bytes are written': (disk, skip) => disk.failNext('write', 'ENOSPC', skip),
  'is full when a file is copied': (disk, skip) => disk.failNext('copyFile', 'ENOSPC', skip),
  'refuses to open a file': (disk, skip) => disk.failNext('open', 'EACCES', skip),
  'refuses to delete a file': (disk, skip) => disk.failNext('unlink', 'EACCES', skip),
  'is read-only when a folder is made': (disk, skip) => disk.failNext('mkdir', 'EROFS', skip),
  'cannot read': (disk, skip) => disk.failNext('read', 'EIO', skip),
  'cannot sync a folder': (disk, skip) => disk.failNext('syncFolder', 'EIO', skip),
}

const ACTS: Readonly<Record<string, Act>> = {
  'a backup': async (rotten) =>
    rotten.end(await startOneBackup(rotten.world, { jobs: [], deleted: [] }, 'another')),
  'a copy': (rotten) => rotten.copy('another'),
  'a restore': async (rotten) => {
    const [point] = await rotten.points(AWAY)
    assert.ok(point)
    const { job, isWhole } = await rotten.restore(AWAY, point)
    assert.equal(isWhole, job.state === 'COMPLETED')
    return job
  },
  'a deletion and a sweep': async (rotten) => {
    const [point] = await rotten.points(AWAY)
    const of = { from: AWAY, vaultName: 'offsite', pointArn: point?.arn ?? '' }
    await deletePoint(rotten.world.admission, of)
    await rotten.world.runAll()
    assert.deepEqual(await rotten.points(AWAY), [])
    return undefined
  },
}

/** At the first call of its kind, and at later ones. */
const SKIPS = [0, 5]

for (const [act, doing] of Object.entries(ACTS)) {
  test(`${act} on a disk that fails for a moment ends as it would have, or says why not`, async () => {
    for (const [fault, strike] of Object.entries(FAULTS)) {
      for (const skip of SKIPS) {
        const when = `${act} on a disk that ${fault}, after ${skip} times`
        await using rotten = await RottenWorld.open()
        strike(rotten.disk, skip)
        const job = await doing(rotten)
        if (job) mustEndWell(job, when)
        // What could not be deleted on the way is deleted by the next process.
        await rotten.restartWith(rotten.disk, await rotten.catalogBytes())
        // Whatever happened, what was there before is there.
        const [source] = await rotten.points(HOME)
        assert.ok(source, when)
        assert.equal((await rotten.restore(HOME, source)).isWhole, true, when)
        assert.deepEqual(await rotten.wrong(), [], when)
      }
    }
  })
}

test('a disk that reads short is read again until all is there', async () => {
  for (const most of [1_000, 7]) {
    await using rotten = await RottenWorld.open()
    rotten.disk.readAtMost(most)
    const [copied] = await rotten.points(AWAY)
    assert.ok(copied)
    const { job, isWhole } = await rotten.restore(AWAY, copied)
    assert.ok(isWhole, JSON.stringify(job.failure))
    assert.equal((await rotten.verify(AWAY, 'offsite')).state, 'COMPLETED')
    assert.equal((await rotten.copy('another')).state, 'COMPLETED')
    assert.deepEqual(await rotten.wrong(), [])
  }
})

test('a manifest, a pack or a record that vanished fails who needs it, by its name', async () => {
  for (const [part, said] of [
    ['/points/', /ManifestDamaged/],
    ['/packs/', /PackDamaged/],
    ['/vault/', /vault\/00000001/],
  ] as const) {
    await using rotten = await RottenWorld.open()
    const [gone] = rotten.files(AWAY, part)
    await rotten.disk.unlink(gone ?? '')
    const [copied] = await rotten.points(AWAY)
    assert.ok(copied)
    const { job, isWhole } = await rotten.restore(AWAY, copied)
    assert.deepEqual([job.state, isWhole], ['FAILED', false])
    assert.match(JSON.stringify(job.failure), said)
    const [source] = await rotten.points(HOME)
    assert.ok(source)
    assert.equal((await rotten.restore(HOME, source)).isWhole, true)
  }
})

function mustEndWell(job: JobRow, when: string): void {
  const said = `${when}: ${job.state} ${JSON.stringify(job.failure)}`
  assert.equal(job.state, 'COMPLETED', said)
}
