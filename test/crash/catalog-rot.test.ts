// Goal: whatever bit of the catalog's file flips, no restore that ends COMPLETED is wrong and no
// copy that ends COMPLETED has a recovery point that cannot be restored. Method: flips drawn by
// seeds, each on the same world; then a verification, a restore of every point and a new copy are
// tried. Anything else that happens must be an error that is told.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../sim/dice.ts'
import { AWAY, evidenceOf, HOME } from './job-world.ts'
import { RottenWorld } from './rotten-world.ts'

const FLIPS = 36
/** Something that takes longer, on a busy machine too, waits for what a flip put off for years. */
const WAIT_MS = 60_000

test('no bit of the catalog can make a restore wrong or a copy false', async (t) => {
  await using rotten = await RottenWorld.open()
  await rotten.world.makeVault(AWAY, 'third')
  const catalog = await rotten.catalogBytes()
  const disk = rotten.disk
  const { below } = dice(20_261_122)
  // Most of the file is room for rows to come.
  const used = [...catalog.keys()].filter((at) => catalog[at] !== 0)
  const outcomes = new Map<string, number>()
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const [at, bit] = [used[below(used.length)] ?? 0, below(8)]
    const flipped = Buffer.from(catalog)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
    try {
      const outcome = await judged(rotten, () => rotten.restartWith(disk, flipped))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    } catch (error) {
      throw new Error(`bit ${bit} of byte ${at}: ${String(error)}`, { cause: error })
    }
  }
  for (const [outcome, count] of outcomes) t.diagnostic(`${count} times: ${outcome}`)
  await rotten.restartWith(disk, catalog)
})

/** What came of it; throws when something wrong was called right. */
async function judged(rotten: RottenWorld, open: () => Promise<void>): Promise<string> {
  const told = await attempt(open)
  if (told !== 'done') return `the server does not start: ${told}`
  const ends: string[] = []
  ends.push(await attempt(async () => void (await rotten.verify(HOME, 'daily'))))
  for (const where of [HOME, AWAY]) {
    ends.push(
      await attempt(async () => {
        for (const point of await rotten.points(where)) {
          const { job, isWhole } = await rotten.restore(where, point)
          if (job.state === 'COMPLETED') assert.ok(isWhole, 'a wrong restore is COMPLETED')
        }
      }),
    )
  }
  ends.push(
    await attempt(async () => {
      const job = await rotten.copyTo(AWAY, 'third')
      if (job.state === 'COMPLETED') await mustBeWhole(rotten, job.id)
    }),
  )
  await attempt(() => rotten.world.close())
  return ends.every((end) => end === 'done')
    ? 'all went on'
    : (ends.find((e) => e !== 'done') ?? '')
}

/** The copy's manifest is there and so is every pack it names, whole. */
async function mustBeWhole(rotten: RottenWorld, jobId: string): Promise<void> {
  const { vaults } = await evidenceOf(rotten.options)
  const made = vaults.flatMap((vault) =>
    [...vault.manifests.values()]
      .filter((manifest) => manifest.jobId === jobId)
      .map((manifest) => manifest.packs.every((pack) => vault.packs.get(pack.name) === true)),
  )
  assert.deepEqual(made, [true], 'a false copy is COMPLETED')
}

async function attempt(work: () => Promise<void>): Promise<string> {
  const late = new Promise<string>((resolve) => {
    setTimeout(() => resolve('it waits'), WAIT_MS).unref()
  })
  const done = work().then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof assert.AssertionError) throw error
      return error instanceof Error && error.message !== '' ? error.name : assert.fail('unnamed')
    },
  )
  return Promise.race([done, late])
}
