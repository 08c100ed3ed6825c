// Carries a plan out: a few copies at a time, each started with its token and followed to its end.

import { NoAnswer, ServiceError } from '../../wire/index.ts'
import { type Service, textOf } from '../commands/service.ts'
import { matchMessage } from '../explain/catalogue.ts'
import type { Host } from '../host.ts'
import { atMost } from '../jobs/at-most.ts'
import type { Board, BoardRow } from '../jobs/board.ts'
import { followJob } from '../jobs/follow.ts'
import { rowOf } from '../jobs/row.ts'
import { type JobSnapshot, lookAtJob } from '../jobs/snapshot.ts'
import type { CopyTerms, Intent, Plan, Selection } from './selection.ts'

/** What became of a point. */
export interface Outcome {
  readonly intent: Intent
  readonly became: 'copied' | 'already-there' | 'partial' | 'failed' | 'refused' | 'going-on'
  readonly jobId?: string
  readonly copyArn?: string
  readonly reason?: string
  /** The article of the catalogue about the reason. */
  readonly article?: string
}

/** Carries out every intent. Throws only when the service gives no answer at all. */
export async function carryOut(
  service: Service,
  work: {
    readonly plan: Plan
    readonly selection: Selection
    readonly terms: CopyTerms
    readonly concurrency: number
    readonly board: Board
    readonly signal: AbortSignal
  },
  host: Host,
): Promise<Outcome[]> {
  const { plan, board, signal } = work
  const rows = new Map<string, BoardRow>()
  const show = (id: string) => (snapshot: JobSnapshot) => {
    rows.set(id, rowOf('copy', id, snapshot))
    board.show([...rows.values()])
  }
  const settings = service.at(service.region)
  const follow = async (intent: Intent, jobId: string): Promise<Outcome> => {
    const followed = await followJob({
      look: () => lookAtJob(settings, 'copy', jobId),
      display: { show: show(jobId), end() {} },
      clock: host.clock,
      signal,
    })
    if (followed.end !== 'ended') return { intent, jobId, became: 'going-on' }
    return outcomeOf(intent, jobId, followed.snapshot, plan)
  }
  return await atMost(work.concurrency, plan.intents, async (intent): Promise<Outcome> => {
    if (intent.do === 'refuse') return { intent, became: 'refused', ...reasonOf(intent.reason) }
    if (intent.do === 'leave') {
      const { copyArn } = intent
      return { intent, became: 'already-there', ...(copyArn === undefined ? {} : { copyArn }) }
    }
    if (signal.aborted) return { intent, became: 'refused', reason: 'not started: interrupted' }
    if (intent.do === 'follow') return await follow(intent, intent.jobId)
    const started = await start(service, intent, work)
    return 'jobId' in started
      ? await follow(intent, started.jobId)
      : { intent, became: 'refused', ...reasonOf(started.refused) }
  })
}

async function start(
  service: Service,
  intent: Extract<Intent, { do: 'copy' }>,
  { selection, terms }: { readonly selection: Selection; readonly terms: CopyTerms },
): Promise<{ jobId: string } | { refused: string }> {
  try {
    const started = await service.call('StartCopyJob', {
      RecoveryPointArn: intent.arn,
      SourceBackupVaultName: selection.from,
      DestinationBackupVaultArn: selection.to,
      IamRoleArn: intent.roleArn,
      IdempotencyToken: intent.token,
      ...(terms.lifecycle ? { Lifecycle: terms.lifecycle } : {}),
    })
    return { jobId: textOf(started, 'CopyJobId') }
  } catch (error) {
    if (error instanceof ServiceError) return { refused: error.spelled.message || error.message }
    if (error instanceof NoAnswer) return { refused: error.message }
    throw error
  }
}

function outcomeOf(intent: Intent, jobId: string, snapshot: JobSnapshot, plan: Plan): Outcome {
  const { state, message, described } = snapshot
  const copyArn = textOf(described, 'DestinationRecoveryPointArn')
  const about = { intent, jobId, ...(copyArn === '' ? {} : { copyArn }) }
  if (state === 'COMPLETED') {
    // The token answered with a job of an earlier run.
    const isOld = intent.do === 'copy' && plan.earlierJobs.has(jobId)
    return { ...about, became: isOld ? 'already-there' : 'copied' }
  }
  const became = state === 'PARTIAL' ? 'partial' : 'failed'
  return { ...about, became, ...reasonOf(message === '' ? state : message) }
}

function reasonOf(reason: string): { reason: string; article?: string } {
  const match = matchMessage(reason)
  return { reason, ...(match ? { article: match.article.id } : {}) }
}
