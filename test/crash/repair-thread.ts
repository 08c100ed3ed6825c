// Runs one scene of repairs in a thread of its own, as `scene-thread.ts` does and for its reason.

import { parentPort, workerData } from 'node:worker_threads'
import { everyRepairCrash } from './repair-crash.ts'
import { repairScenes } from './repair-scenes.ts'

const scene = repairScenes[workerData as string]
if (!scene) throw new Error(`no scene is called ${workerData}`)
parentPort?.postMessage(await everyRepairCrash(scene))
