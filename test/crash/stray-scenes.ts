// Packs in a store without a row, to be interrupted at every disk call. Each process of a world
// begins days after the one before, so that what a sweep saw in the preparation is due.

import { vaults } from '../../src/catalog/index.ts'
import type { PackName } from '../../src/model/index.ts'
import { listPacks, packObject } from '../../src/vault/index.ts'
import type { JobScene } from './job-crash.ts'
import { AWAY, HOME, type JobWorld } from './job-world.ts'
import type { Promised } from './moments.ts'
import { copy, onePoint } from './scenes.ts'

export const strayScenes: Readonly<Record<string, JobScene>> = {
  'packs without a row swept': {
    prepare: strayPacks,
    run: (world) => world.sweep(AWAY, 'offsite'),
  },
  'a copy of packs without a row that are being swept': {
    prepare: strayPacks,
    run: async (world: JobWorld, told: Promised) => {
      await copy(world, told)
      await world.sweep(AWAY, 'offsite')
    },
    // What was swept away is rightly put again.
    putsAgain: true,
  },
}

/** An empty vault that lacks nothing to take a copy but the rows, and has been swept once. */
async function strayPacks(world: JobWorld): Promise<void> {
  await onePoint(world)
  await addStrays(world)
  await world.sweep(AWAY, 'offsite')
}

/** Puts the packs of the first vault into the second one's store; the catalog is told nothing. */
export async function addStrays(world: JobWorld): Promise<PackName[]> {
  const { catalog, vaults: files } = world.context
  const [from, to] = await catalog.read((tx) =>
    Promise.all([
      vaults.byName(tx, { ...HOME, name: 'daily' }),
      vaults.byName(tx, { ...AWAY, name: 'offsite' }),
    ]),
  )
  if (!from || !to) throw new Error('the vaults are not there')
  const [source, destination] = [await files.storeOf(from), await files.storeOf(to)]
  const names: PackName[] = []
  for await (const name of listPacks({ store: source, vaultId: from.id })) names.push(name)
  for (const name of names) {
    const bytes = await source.get(packObject(from.id, name))
    await destination.put(packObject(to.id, name), bytes)
  }
  return names
}
