// Runs one scene in a thread of its own, where the test runner does not watch every promise: that
// halves the time. Posts how many calls were interrupted; an error ends the thread.

import { parentPort, workerData } from 'node:worker_threads'
import { everyJobCrash } from './job-crash.ts'
import { scenes } from './scenes.ts'

const scene = scenes[workerData as string]
if (!scene) throw new Error(`no scene is called ${workerData}`)
parentPort?.postMessage(await everyJobCrash(scene))
