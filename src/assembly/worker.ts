// The worker thread as the serving thread sees it: start it, nudge it, have it make a vault, stop
// it. If it dies by itself the server cannot keep its promises, so that is told once and for all.

import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { VaultRow } from '../catalog/index.ts'
import type { FileHold } from '../jobs/index.ts'
import type { JobId, JobKind, JobProgress, Limits, VaultId } from '../model/index.ts'
import { Answer, Trouble } from '../model/index.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts'

/**
 * Three semi-spaces of 4 MiB. What a worker makes dies young; with V8's own 16 MiB each, a tree of
 * small files took 80 MiB more for the same CPU time, and half of this took more CPU time.
 */
const YOUNG_MB_MAX = 12
/** It begins with them: the launcher (bin/copyhold.js) lets no thread's young generation grow. */
const YOUNG_FROM_THE_START = '--min-semi-space-size=4'

export interface ByteWorker {
  /** There may be jobs of that kind to do; without one, anything at all. */
  wake(kind?: JobKind): void
  /** Holds for what runs too. */
  setLimits(limits: Limits): void
  /** Durable and AVAILABLE when it resolves. Throws an Answer or a Trouble. */
  makeVault(vault: VaultRow): Promise<void>
  /** The vault's next key is durable when it resolves. Throws an Answer or a Trouble. */
  rotateKey(vaultId: VaultId, keyArn?: string): Promise<void>
  /** What the catalog noted of the vault is durable in its store. Throws an Answer or a Trouble. */
  factsDurable(vaultId: VaultId): Promise<void>
  /** Lets running jobs reach a point where they can go on later, then ends the thread. */
  stop(): Promise<void>
}

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

/** Resolves when the thread has opened everything and begun to claim jobs. */
export async function startWorker(
  settings: WorkerSettings,
  listener: {
    onProgress(jobId: JobId, progress: JobProgress): void
    /** Whether the files of a locked vault are held has changed. */
    onHeld(vaultId: VaultId, hold: FileHold): void
    /** A store cannot be used, or can be again. */
    onStore(place: string, trouble: string | undefined): void
    /** The thread ended without being told to. */
    onDeath(error: Error): void
  },
): Promise<ByteWorker> {
  const thread = startThread(settings)
  const send = (message: ToWorker) => thread.postMessage(message)
  const calls = new Map<number, Waiting>()
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const ask = (message: (call: number) => ToWorker) =>
    new Promise<void>((resolve, reject) => {
      lastCall += 1
      calls.set(lastCall, { resolve, reject })
      send(message(lastCall))
    })
  let stopping = false
  let lastCall = 0

  thread.on('message', (message: FromWorker) => {
    if (message.type === 'ready') ready.resolve()
    else if (message.type === 'progress') listener.onProgress(message.jobId, message.progress)
    else if (message.type === 'store') listener.onStore(message.place, message.trouble)
    else if (message.type === 'held') listener.onHeld(message.vaultId, message.hold)
    else settle(calls, message)
  })
  let cause: unknown
  thread.on('error', (error) => {
    cause = error
  })
  thread.on('exit', (code) => {
    ended.resolve()
    const death = new Error(`the worker thread ended (${code}): ${String(cause)}`, { cause })
    ready.reject(death)
    for (const { reject } of calls.values()) reject(death)
    if (!stopping) listener.onDeath(death)
  })
  await ready.promise
  return {
    wake: (kind) => send({ type: 'wake', kind }),
    setLimits: (limits) => send({ type: 'limits', limits }),
    makeVault: (vault) => ask((call) => ({ type: 'make vault', call, vault })),
    rotateKey: (vaultId, keyArn) => ask((call) => ({ type: 'rotate key', call, vaultId, keyArn })),
    factsDurable: (vaultId) => ask((call) => ({ type: 'write facts', call, vaultId })),
    async stop() {
      if (!stopping) send({ type: 'stop' })
      stopping = true
      await ended.promise
    },
  }
}

function startThread(settings: WorkerSettings): Worker {
  setFlagsFromString(YOUNG_FROM_THE_START)
  return new Worker(new URL('./worker-thread.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_MAX },
  })
}

function settle(
  calls: Map<number, Waiting>,
  message: Extract<FromWorker, { readonly call: number }>,
): void {
  const waiting = calls.get(message.call)
  calls.delete(message.call)
  if (message.type === 'call failed') {
    waiting?.reject(new Trouble(message.reason, { retryable: true }))
  } else if (message.refused) {
    waiting?.reject(new Answer(message.refused))
  } else {
    waiting?.resolve()
  }
}
