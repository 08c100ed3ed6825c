// The engine.
import type { Catalog, Claim } from '../catalog/index.ts'
import type { JobKind } from '../model/index.ts'
import type { Clock, Log } from '../world/index.ts'

/** Does a job's work and records its own end (`jobs.finish` or `jobs.pause`) in a transaction. */
export type Runner = (claim: Claim, context: RunnerContext) => Promise<void>

export interface RunnerContext {
  /** Aborts when the job was asked to stop, its lease was lost, or the engine stops. */
  readonly signal: AbortSignal
  /** Which attempt this is, from 1. */
  readonly attempt: number
  /** Whether the user asked for a stop. */
  stopRequested(): boolean
}

export interface EngineOptions {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Log
  /** Names this engine in leases; no two that run at once share it. */
  readonly owner: string
  readonly kinds: readonly JobKind[]
  readonly concurrency: number
  readonly runners: Readonly<Record<JobKind, Runner>>
  readonly leaseMs?: number
  readonly renewMs?: number
  readonly pollMs?: number
}

export interface Engine {
  /** Looks for work now. */
  wake(): void
  /** Aborts what runs, waits for it and gives it back, due at once. */
  stop(): Promise<void>
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>
}

/** Why a runner's signal aborts when the user asked for a stop. */
export class StopRequested extends Error {
  constructor() {
    super('the job was asked to stop')
    this.name = 'StopRequested'
  }
}

/** Begins to take and run jobs. */
export function startEngine(_options: EngineOptions): Engine {
  throw new Error('not yet')
}
