// How a job is at one moment: AWS's answer about it, and what Copyhold's server knows beyond.

import * as client from '../../wire/index.ts'
import { askExtension, Refused } from '../extensions.ts'
import { FOLLOWED, type FollowedKind } from './kinds.ts'

/** Counts of a job, as far as the server tells them; sizes in bytes. */
export interface JobCounts {
  readonly bytesTotal?: number
  readonly bytesRead?: number
  readonly bytesStored?: number
  readonly bytesReused?: number
  readonly bytesFreed?: number
  readonly packsFreed?: number
  readonly packsCompacted?: number
  readonly bytesCompacted?: number
  readonly packsChecked?: number
  readonly packsDamaged?: number
  readonly packsRepaired?: number
  readonly pointsChecked?: number
  readonly pointsDamaged?: number
  readonly entries?: number
  readonly bytesPerSecond?: number
  readonly waitingFor?: string
  /** Which attempt this is, and when the next one is made, in milliseconds since 1970. */
  readonly attempt?: number
  readonly nextAttemptAt?: number
  /** Of a copy: how its packs come to the destination. */
  readonly copyMode?: string
  /** Of a job that has ended: AWS tells it of backups and copies only. */
  readonly messageCategory?: string
}

export interface JobSnapshot {
  readonly state: string
  /** What AWS says about the state; '' when nothing. */
  readonly message: string
  readonly percentDone?: number
  /** AWS's MessageCategory, of a job that has ended. */
  readonly category?: string
  readonly counts?: JobCounts
  /** AWS's whole description of the job. */
  readonly described: client.Output
}

const ENDED = new Set([
  ...['COMPLETED', 'COMPLETED_WITH_ISSUES', 'PARTIAL'],
  ...['FAILED', 'ABORTED', 'CANCELED', 'EXPIRED'],
])

/** Whether a job in this state will not change any more. */
export const hasEnded = (state: string): boolean => ENDED.has(state)

/** Asks about a job. Throws what a call throws. */
export async function lookAtJob(
  settings: client.ClientSettings,
  kind: FollowedKind,
  id: string,
): Promise<JobSnapshot> {
  const described = await describe(settings, kind, id)
  const state = String(described.State ?? described.Status ?? '')
  const counts = await countsOf(settings, id)
  const percent = Number(described.PercentDone)
  const category = described.MessageCategory ?? counts?.messageCategory
  return {
    state,
    message: String(described.StatusMessage ?? ''),
    described,
    ...(counts ? { counts } : {}),
    ...(Number.isFinite(percent) ? { percentDone: percent } : {}),
    ...(typeof category === 'string' ? { category } : {}),
  }
}

async function describe(
  settings: client.ClientSettings,
  kind: FollowedKind,
  id: string,
): Promise<client.Output> {
  const { describe, id: member, inside } = FOLLOWED[kind]
  const answer = await client.openClient(settings).call(describe, { [member]: id })
  return inside === undefined ? answer : ((answer[inside] ?? {}) as client.Output)
}

/** Whether requests go to AWS itself, which knows nothing of what is ours. */
export const isAmazon = ({ endpoint }: client.ClientSettings): boolean =>
  /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|\w+\.gov)$/.test(endpoint.hostname)

/** What the server says beyond AWS; undefined where nobody there knows it. */
async function countsOf(
  settings: client.ClientSettings,
  id: string,
): Promise<JobCounts | undefined> {
  if (isAmazon(settings)) return undefined
  try {
    const path = `/jobs/${client.encodeLabel(id)}/progress`
    return readCounts(await askExtension(settings, { method: 'GET', path }))
  } catch (error) {
    // Another server than ours, or one that knows no progress of this job: the state must do.
    if (error instanceof Refused || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Reads counts out of an answer, also where they stand below `Progress`. */
export function readCounts(answer: unknown): JobCounts | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const outer = answer as Record<string, unknown>
  const inner = outer.Progress ?? outer.progress ?? outer
  if (typeof inner !== 'object' || inner === null) return undefined
  const counts = Object.entries(inner).map(
    ([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value] as const,
  )
  const { CopyMode: copyMode, MessageCategory: messageCategory } = outer
  return {
    ...(Object.fromEntries(counts) as JobCounts),
    ...(typeof copyMode === 'string' ? { copyMode } : {}),
    ...(typeof messageCategory === 'string' ? { messageCategory } : {}),
  }
}
