// Runs one kind of loss in a thread of its own, as `scene-thread.ts` does and for its reason.

import { parentPort, workerData } from 'node:worker_threads'
import { losses } from './rebuild-crash.ts'

const lose = losses[workerData as string]
if (!lose) throw new Error(`no loss is called ${workerData}`)
parentPort?.postMessage(await lose())
