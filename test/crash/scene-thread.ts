// Runs one scene in a thread of its own, where the test runner does not watch every promise: that
// halves the time. Posts how many deaths were tried; an error ends the thread.

import { parentPort, workerData } from 'node:worker_threads'
import { allScenes } from './all-scenes.ts'
import { everyJobCrash } from './job-crash.ts'

const scene = allScenes[workerData as string]
if (!scene) throw new Error(`no scene is called ${workerData}`)
parentPort?.postMessage(await everyJobCrash(scene))
