// Expiry: the service's own deletion of a recovery point whose DeleteAt has come. It waits while a
// copy or a restore reads the point, asks whether the point's role may still delete it (if not, the
// point becomes EXPIRED and stays), and then takes the same way as any deletion.

import { mayAssume } from '../access/index.ts'
import type { Claim, PointRow, Tx } from '../catalog/index.ts'
import { jobs, points, vaults } from '../catalog/index.ts'
import type { Failure, JobDetail } from '../model/index.ts'
import { DeletionPermit, nextLifecycleStep } from '../model/index.ts'
import type { JobContext } from './context.ts'
import { removePoint } from './delete-point.ts'
import { raised } from './faults.ts'

/** How often to ask whether the last reader has let go of the point. */
const ASK_AGAIN_MS = 1_000

const LACKS_RIGHTS =
  'The recovery point has outlived its retention, but its role may not delete it any more'

type ExpireDetail = Extract<JobDetail, { readonly kind: 'expire' }>

export async function runExpire(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock } = context
  const detail = claim.job.detail as ExpireDetail
  const found = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    return find(tx, detail)
  })
  if (!found) return end(context, claim)
  if (found.point.status !== 'DELETING') {
    const struck = await raised(context, claim, signal)
    const denied = struck ?? roleDenied(context, found.point)
    const ending = { context, claim, detail }
    if (denied) return giveUp(ending, denied)
    if (!(await catalog.transaction((tx) => mark(tx, ending)))) return
  }
  const marked = await catalog.read((tx) => find(tx, detail))
  await removePoint(context, claim, { point: marked?.point, vault: marked?.vault })
}

/**
 * Why the point's role cannot delete or move it any more: it is gone, or AWS Backup may not assume
 * it. The role of a copy from another account made the copy and has no say in its end.
 */
export function roleDenied(
  { identities, clock }: JobContext,
  point: PointRow,
): Failure | undefined {
  const { iamRoleArn: roleArn, account, region } = point
  if (roleArn?.split(':')[4] !== account) return undefined
  const facts = { at: clock.now(), secure: true }
  const decision = mayAssume(identities, { roleArn, account, region, facts })
  return decision.allowed ? undefined : decision.failure
}

async function find(tx: Parameters<typeof points.byId>[0], detail: ExpireDetail) {
  const point = await points.byId(tx, detail.pointId)
  const vault = await vaults.byId(tx, detail.vaultId)
  return point && vault ? { point, vault } : undefined
}

interface Ending {
  readonly context: JobContext
  readonly claim: Claim
  readonly detail: ExpireDetail
}

/** Calls the point DELETING if it is still due and nobody reads it; otherwise ends or pauses. */
async function mark(tx: Tx, of: Ending): Promise<boolean> {
  const { context, claim, detail } = of
  const permit = await permitIfDue(tx, of)
  if (!permit) return false
  const reader = await jobs.readerOf(tx, detail.pointId)
  if (reader) {
    const waitingFor = `job ${reader.id}, which reads the recovery point`
    await jobs.pause(tx, claim, { dueAt: context.clock.now() + ASK_AGAIN_MS, waitingFor })
    return false
  }
  await points.markDeleting(tx, permit)
  return true
}

/**
 * What the lock gives a point that is due. Meanwhile it may have been given a longer life, or
 * somebody else deletes it: then the job ends, and whatever is next is found when it is due.
 */
async function permitIfDue(
  tx: Tx,
  { context, claim, detail }: Ending,
): Promise<DeletionPermit | undefined> {
  const now = context.clock.now()
  const found = await find(tx, detail)
  const step = found && nextLifecycleStep(found.point, now)
  const permit =
    found && step?.act === 'expire' && step.at <= now
      ? DeletionPermit.ofPoint(found.point, { lock: found.vault.lock, now })
      : undefined
  if (permit instanceof DeletionPermit) return permit
  if (step) await points.lookAgain(tx, detail.pointId, step.at)
  await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: now })
  return undefined
}

/** The point stays, as AWS's EXPIRED, until somebody who may deletes it. */
async function giveUp(of: Ending, denied: Failure): Promise<void> {
  const { context, claim, detail } = of
  await context.catalog.transaction(async (tx) => {
    if (!(await permitIfDue(tx, of))) return
    await points.setStatus(tx, detail.pointId, 'EXPIRED', LACKS_RIGHTS)
    const completedAt = context.clock.now()
    await jobs.finish(tx, claim, { state: 'FAILED', failure: denied, completedAt })
  })
}

async function end(context: JobContext, claim: Claim): Promise<void> {
  const completedAt = context.clock.now()
  await context.catalog.transaction((tx) => {
    return jobs.finish(tx, claim, { state: 'COMPLETED', completedAt })
  })
}
