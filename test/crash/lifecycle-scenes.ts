// What lifecycles do by themselves, to be interrupted at every disk call. Each process of a world
// begins days after the one before, so that what is prepared with a week to live is due.

import { points } from '../../src/catalog/index.ts'
import { queueDue } from '../../src/jobs/index.ts'
import type { Lifecycle } from '../../src/model/index.ts'
import type { JobScene } from './job-crash.ts'
import { AWAY, HOME, type JobWorld } from './job-world.ts'
import { oneCopy, onePoint, pointsIn } from './scenes.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const A_WEEK = { DeleteAfterDays: 7 }
const A_WEEK_WARM = { MoveToColdStorageAfterDays: 7 }

export const lifecycleScenes: Readonly<Record<string, JobScene>> = {
  'a point that expires': {
    prepare: (world) => mortal(world, [AWAY]),
    run: liveOn,
  },
  'a point and its copy that expire together': {
    prepare: (world) => mortal(world, [HOME, AWAY]),
    run: liveOn,
  },
  'a point that moves to cold storage': {
    prepare: async (world) => {
      await onePoint(world)
      await withLifecycle(world, HOME, A_WEEK_WARM)
    },
    run: liveOn,
  },
  'a point that expires in cold storage': {
    prepare: async (world) => {
      await onePoint(world)
      await withLifecycle(world, HOME, A_WEEK_WARM)
      await world.context.clock.sleep(8 * DAY_MS)
      await liveOn(world)
      await withLifecycle(world, HOME, { ...A_WEEK_WARM, ...A_WEEK })
    },
    run: liveOn,
  },
}

/** A point and its copy, with a week to live where `mortals` says so. */
async function mortal(world: JobWorld, mortals: readonly (typeof HOME)[]): Promise<void> {
  await oneCopy(world)
  for (const of of mortals) await withLifecycle(world, of, A_WEEK)
}

async function withLifecycle(
  world: JobWorld,
  of: typeof HOME,
  lifecycle: Lifecycle,
): Promise<void> {
  const [point] = await pointsIn(world, of, of === HOME ? 'daily' : 'offsite')
  if (!point) throw new Error('there is no point that lives')
  await world.context.catalog.transaction((tx) => points.setLifecycle(tx, point.id, lifecycle))
}

async function liveOn(world: JobWorld): Promise<void> {
  await queueDue(world.context)
  await world.runAll()
}
