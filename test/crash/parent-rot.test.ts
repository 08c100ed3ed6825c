// A backup leans on the newest recovery point to save work, and on nothing else: whatever of that
// rots, the next backup is whole, says what it did without, and leans on nothing that is damaged.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOME } from './job-world.ts'
import { RottenWorld } from './rotten-world.ts'
import { onePoint, startOneBackup } from './scenes.ts'

const ROT: Readonly<Record<string, (world: RottenWorld, file: string) => void>> = {
  'with a flipped bit in its header': ({ disk }, file) => disk.damage(file, 5),
  'with a flipped bit in its first chunk': ({ disk }, file) => disk.damage(file, 200),
  'with a flipped bit in its table': ({ disk }, file) =>
    disk.damage(file, disk.bytesOf(file).length - 45),
  'that is gone': ({ disk }, file) => disk.unlink(file),
}
/** What a backup says that did without something. */
const TOLD = /recovery point [0-9A-F-]{36}/

/** A backup that takes over what it can. */
async function nextBackup(rotten: RottenWorld, token: string) {
  const { world } = rotten
  return rotten.end(await startOneBackup(world, { jobs: [], deleted: [] }, token, {}))
}

for (const [what, rot] of Object.entries(ROT)) {
  test(`whichever file of a parent is one ${what}, the next backup is whole`, async () => {
    await using counted = await RottenWorld.open(onePoint)
    const count = [...counted.files(HOME, '/packs/'), ...counted.files(HOME, '/points/')].length
    for (let at = 0; at < count; at++) {
      await using rotten = await RottenWorld.open(onePoint)
      const files = [...rotten.files(HOME, '/packs/'), ...rotten.files(HOME, '/points/')]
      const file = files[at] ?? ''
      rot(rotten, file)
      const next = await nextBackup(rotten, 'the next')
      assert.equal(next.state, 'COMPLETED', JSON.stringify(next.failure))
      const [point] = await rotten.points(HOME)
      assert.equal(point?.jobId, next.id)
      assert.ok(point)
      // A bit in a chunk of a file that was not read again is for a verification to find.
      const isMissed = TOLD.test(next.warning ?? '')
      assert.ok(isMissed || what.includes('chunk'), `${file} was not missed`)
      if (isMissed) assert.equal((await rotten.restore(HOME, point)).isWhole, true, file)
      assert.doesNotMatch((await nextBackup(rotten, 'the one after')).warning ?? '', TOLD)
    }
  })
}
