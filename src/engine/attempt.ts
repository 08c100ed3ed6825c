// How an attempt at a job ended, and what follows from it. Pure: the engine asks, acts, and is
// tested without jobs or clocks.

import { type Claim, LeaseLost } from '../catalog/index.ts'
import { Answer, type Failure, type JobKind, Trouble } from '../model/index.ts'
import type { Instant } from '../world/index.ts'

/** Why a runner's signal aborts when the user asked for a stop. */
export class StopRequested extends Error {
  constructor() {
    super('the job was asked to stop')
    this.name = 'StopRequested'
  }
}

/** Why a runner's signal aborts when the engine is being stopped: the job goes on later. */
export class EngineStopping extends Error {
  constructor() {
    super('the engine is stopping')
    this.name = 'EngineStopping'
  }
}

/** What is known when a runner has thrown. */
export interface AttemptEnd {
  readonly error: unknown
  readonly claim: Claim
  readonly startedAt: Instant
  readonly now: Instant
  readonly stopRequested: boolean
  readonly engineStopping: boolean
}

/** What to do about it. */
export type Verdict =
  /** Another has the job: leave no trace. */
  | { readonly act: 'drop' }
  /** Due at once for whoever is next. */
  | { readonly act: 'release' }
  | {
      readonly act: 'end'
      readonly state: 'FAILED' | 'ABORTED' | 'EXPIRED'
      readonly failure: Failure
    }
  | {
      readonly act: 'pause'
      readonly dueAt: Instant
      readonly waitingFor: string
      readonly troubles?: number
      readonly troubledSince?: Instant
      readonly faults?: number
    }

const BACK_OFF_MS_MIN = 2_000
const BACK_OFF_MS_MAX = 5 * 60_000
/** How long troubles are borne. */
const TROUBLED_MS_MAX = 2 * 60 * 60_000
/** An attempt that went well for this long starts the count of troubles anew. */
const WENT_WELL_MS = 10 * 60_000
/** Attempts that may end in an error nobody foresaw. */
const FAULTS_MAX = 3

/** What the API has acknowledged must happen: troubles never end these. */
const NEVER_GIVEN_UP: ReadonlySet<JobKind> = new Set(['expire', 'delete', 'purge'])

/** What follows from an attempt that threw. */
export function judge(end: AttemptEnd): Verdict {
  const { error } = end
  if (error instanceof LeaseLost) return { act: 'drop' }
  if (end.stopRequested) {
    return { act: 'end', state: 'ABORTED', failure: { code: 'StoppedByUser' } }
  }
  if (error instanceof Answer) {
    const state = error.failure.code === 'BackupJobExpired' ? 'EXPIRED' : 'FAILED'
    return { act: 'end', state, failure: error.failure }
  }
  // Whatever else an aborted runner throws tells nothing about its job.
  if (end.engineStopping) return { act: 'release' }
  return error instanceof Trouble ? afterTrouble(error, end) : afterFault(error, end)
}

function afterTrouble(error: Trouble, end: AttemptEnd): Verdict {
  const { job } = end.claim
  const wentWell = end.now - end.startedAt >= WENT_WELL_MS
  const troubledSince = wentWell ? end.now : (job.troubledSince ?? end.startedAt)
  const troubles = wentWell ? 1 : job.troubles + 1
  const overdue = end.now - troubledSince >= TROUBLED_MS_MAX
  if (!error.retryable || (overdue && !NEVER_GIVEN_UP.has(job.kind))) return failed(error)
  const dueAt = end.now + backOffMs(troubles)
  return { act: 'pause', dueAt, waitingFor: error.told, troubles, troubledSince }
}

function afterFault(error: unknown, end: AttemptEnd): Verdict {
  const faults = end.claim.job.faults + 1
  if (faults >= FAULTS_MAX) return failed(error)
  const dueAt = end.now + backOffMs(faults)
  return { act: 'pause', dueAt, waitingFor: 'another attempt after an internal error', faults }
}

function failed(error: unknown): Verdict {
  const reason = error instanceof Error ? error.message : String(error)
  return { act: 'end', state: 'FAILED', failure: { code: 'Internal', reason } }
}

/** 2 s, 4 s, 8 s … 5 min. */
export function backOffMs(count: number): number {
  return Math.min(BACK_OFF_MS_MIN * 2 ** (count - 1), BACK_OFF_MS_MAX)
}
