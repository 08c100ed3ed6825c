// Runs the scenes of `held.test.ts` in a thread of its own, as `scene-thread.ts` does. Posts what
// every scene ended with, or how many deaths were tried of the one that is named.

import { parentPort, workerData } from 'node:worker_threads'
import { allScenes } from './all-scenes.ts'
import { everyJobCrash, heldJobEnd } from './job-crash.ts'

const { interrupted } = workerData as { interrupted?: string }
if (interrupted === undefined) {
  const ends: Record<string, Awaited<ReturnType<typeof heldJobEnd>>> = {}
  for (const [name, scene] of Object.entries(allScenes)) ends[name] = await heldJobEnd(scene)
  parentPort?.postMessage(ends)
} else {
  const scene = allScenes[interrupted]
  if (!scene) throw new Error(`no scene is called ${interrupted}`)
  parentPort?.postMessage(await everyJobCrash(scene, new Set()))
}
