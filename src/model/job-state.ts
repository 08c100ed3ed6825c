// The states of jobs, in AWS's words, and the only moves between them. A move that is not listed
// is a bug in the caller and throws. Our own kinds (cool, delete, purge, sweep, verify) use the
// states of a copy.

import { unreachable } from './failure.ts'
import type { JobKind } from './job.ts'

/** AWS's CopyJobState. */
export type CopyJobState = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'PARTIAL'
/** AWS's BackupJobState. */
export type BackupJobState = CopyJobState | 'PENDING' | 'ABORTING' | 'ABORTED' | 'EXPIRED'
/** AWS's RestoreJobStatus. */
export type RestoreJobState = 'PENDING' | 'RUNNING' | 'COMPLETED' | 'ABORTED' | 'FAILED'

/** What can happen to a copy job. */
export type CopyJobEvent = 'started' | 'completed' | 'partly completed' | 'failed'
/** What can happen to a backup job: it can also be stopped by its user, or never get its turn. */
export type BackupJobEvent = CopyJobEvent | 'stop asked' | 'stopped' | 'expired'
/** What can happen to a restore job. */
export type RestoreJobEvent = 'started' | 'completed' | 'failed' | 'stopped'

/** A job was moved in a way its kind does not know. */
export class IllegalStep extends Error {
  constructor(state: string, event: string) {
    super(`a job in ${state} cannot be ${event}`)
    this.name = 'IllegalStep'
  }
}

/** The state after `event`. A job taken over after a crash is started again: still RUNNING. */
export function nextCopyState(state: CopyJobState, event: CopyJobEvent): CopyJobState {
  switch (state) {
    case 'CREATED':
      if (event === 'started') return 'RUNNING'
      // What is wrong before the first byte moves ends the job without it ever running.
      if (event === 'failed') return 'FAILED'
      break
    case 'RUNNING':
      if (event === 'started') return 'RUNNING'
      if (event === 'completed') return 'COMPLETED'
      if (event === 'partly completed') return 'PARTIAL'
      if (event === 'failed') return 'FAILED'
      break
    case 'COMPLETED':
    case 'FAILED':
    case 'PARTIAL':
      break
    default:
      return unreachable(state)
  }
  throw new IllegalStep(state, event)
}

/** The state after `event`. Asking to stop twice is asking once; a stop can come too late. */
export function nextBackupState(state: BackupJobState, event: BackupJobEvent): BackupJobState {
  switch (state) {
    case 'CREATED':
    case 'PENDING':
      if (event === 'started') return 'RUNNING'
      if (event === 'failed') return 'FAILED'
      if (event === 'stop asked') return 'ABORTING'
      if (event === 'expired') return 'EXPIRED'
      break
    case 'RUNNING':
    case 'ABORTING':
      if (event === 'started') return state
      // The completion window ends a backup that runs, also one whose stop nobody has seen yet.
      if (event === 'expired') return 'EXPIRED'
      if (event === 'completed') return 'COMPLETED'
      if (event === 'partly completed') return 'PARTIAL'
      if (event === 'failed') return 'FAILED'
      if (event === 'stop asked') return 'ABORTING'
      if (event === 'stopped' && state === 'ABORTING') return 'ABORTED'
      break
    case 'ABORTED':
    case 'COMPLETED':
    case 'FAILED':
    case 'EXPIRED':
    case 'PARTIAL':
      break
    default:
      return unreachable(state)
  }
  throw new IllegalStep(state, event)
}

/** The state after `event`. */
export function nextRestoreState(state: RestoreJobState, event: RestoreJobEvent): RestoreJobState {
  switch (state) {
    case 'PENDING':
    case 'RUNNING':
      if (event === 'started') return 'RUNNING'
      if (event === 'completed' && state === 'RUNNING') return 'COMPLETED'
      if (event === 'failed') return 'FAILED'
      if (event === 'stopped') return 'ABORTED'
      break
    case 'COMPLETED':
    case 'ABORTED':
    case 'FAILED':
      break
    default:
      return unreachable(state)
  }
  throw new IllegalStep(state, event)
}

/** The states a job ends in, and the event that leads to each. */
const END_EVENTS = {
  COMPLETED: 'completed',
  PARTIAL: 'partly completed',
  FAILED: 'failed',
  ABORTED: 'stopped',
  EXPIRED: 'expired',
} as const satisfies Partial<Record<BackupJobState, BackupJobEvent>>

/** How a job can end, in AWS's words; which of them a kind knows is in its machine. */
export type EndState = keyof typeof END_EVENTS

/** The state of a job of any kind when it has been started. Throws IllegalStep. */
export function startedState(of: { readonly kind: JobKind; readonly state: string }): string {
  return nextState(of, 'started')
}

/** `end`, when a job of that kind and state can come to it; throws IllegalStep otherwise. */
export function endedState(
  of: { readonly kind: JobKind; readonly state: string },
  end: EndState,
): string {
  return nextState(of, END_EVENTS[end])
}

function nextState(
  { kind, state }: { readonly kind: JobKind; readonly state: string },
  event: BackupJobEvent,
): string {
  // What a kind does not know is in no case of its machine, so it throws there.
  if (kind === 'backup') return nextBackupState(state as BackupJobState, event)
  if (kind === 'restore')
    return nextRestoreState(state as RestoreJobState, event as RestoreJobEvent)
  return nextCopyState(state as CopyJobState, event as CopyJobEvent)
}

/** The state a job of that kind is made in. */
export function firstState(kind: JobKind): 'CREATED' | 'PENDING' {
  return kind === 'restore' ? 'PENDING' : 'CREATED'
}

const ENDED: ReadonlySet<string> = new Set(Object.keys(END_EVENTS))

/** Whether nothing more can happen to a job in that state. */
export function hasEnded(state: string): boolean {
  return ENDED.has(state)
}
