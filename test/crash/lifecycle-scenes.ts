// What lifecycles do by themselves, to be interrupted at every disk call. Each process of a world
// begins days after the one before, so that what is prepared with a week to live is due.

import { points } from '../../src/catalog/index.ts'
import { queueDue } from '../../src/jobs/index.ts'
import type { JobScene } from './job-crash.ts'
import { AWAY, HOME, type JobWorld } from './job-world.ts'
import { oneCopy, pointsIn } from './scenes.ts'

const A_WEEK = { DeleteAfterDays: 7 }

export const lifecycleScenes: Readonly<Record<string, JobScene>> = {
  'a point that expires': {
    prepare: (world) => mortal(world, [AWAY]),
    run: liveOn,
  },
  'a point and its copy that expire together': {
    prepare: (world) => mortal(world, [HOME, AWAY]),
    run: liveOn,
  },
}

/** A point and its copy, with a week to live where `mortals` says so. */
async function mortal(world: JobWorld, mortals: readonly (typeof HOME)[]): Promise<void> {
  await oneCopy(world)
  for (const of of mortals) {
    const [point] = await pointsIn(world, of, of === HOME ? 'daily' : 'offsite')
    if (!point) throw new Error('there is no point to expire')
    await world.context.catalog.transaction((tx) => points.setLifecycle(tx, point.id, A_WEEK))
  }
}

async function liveOn(world: JobWorld): Promise<void> {
  await queueDue(world.context)
  await world.runAll()
}
