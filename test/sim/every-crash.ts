// Runs a scene once to count its disk calls, then again for each call, dying there; after every
// death it looks at the disk as a killed process leaves it, and as power cuts of several seeds do.
// A failure is told with call and cut, which is all it takes to see it again.

import { SimDisk } from './disk.ts'

export interface Scene {
  /** Prepares the disk; no crash happens here, and all of it is made durable by what it does. */
  prepare?(disk: SimDisk): Promise<void>
  /** What is interrupted. May write down in `told` what was promised to somebody. */
  run(disk: SimDisk, told: string[]): Promise<void>
  /** Must hold in the next process, whatever happened. */
  check(disk: SimDisk, told: readonly string[]): Promise<void>
}

/** Seeds of the power cuts: names are left without bytes, bytes without names, and mixtures. */
const CUTS = [0, 1, 2, 3, 4, 5, 6, 7]

/** Answers at how many calls the scene was interrupted. */
export async function everyCrash(scene: Scene): Promise<number> {
  const whole = await prepared(scene)
  const before = whole.calls.length
  const told: string[] = []
  await scene.run(whole, told)
  const calls = whole.calls.slice(before)
  for (let number = 0; number <= calls.length; number += 1) {
    await crash(scene, number, calls[number] ?? 'the end')
  }
  return calls.length
}

async function crash(scene: Scene, number: number, call: string): Promise<void> {
  const disk = await prepared(scene)
  const told: string[] = []
  disk.dieAtCall(number)
  await Promise.race([scene.run(disk, told), disk.died])
  const promised = [...told]
  await explained(`killed at call ${number} (${call})`, async () =>
    scene.check(disk.afterKill(), promised),
  )
  for (const seed of CUTS) {
    await explained(`power cut ${seed} at call ${number} (${call})`, async () =>
      scene.check(disk.afterPowerCut(seed), promised),
    )
    // The next process may have begun on what a kill left, and lose the power then.
    await explained(`kill at call ${number} (${call}), then power cut ${seed}`, async () => {
      const second = disk.afterKill()
      await scene.check(second, promised)
      await scene.check(second.afterPowerCut(seed), promised)
    })
  }
}

async function prepared(scene: Scene): Promise<SimDisk> {
  const disk = new SimDisk()
  await scene.prepare?.(disk)
  return disk
}

async function explained(when: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw new Error(`${when}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
