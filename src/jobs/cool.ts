// The service's own move of a recovery point to cold storage, when its lifecycle says so: a copy of
// its packs and manifest into its vault's cold part, by the copy's own steps, after which the
// catalog calls the point COLD in one transaction. What it leaves in the vault a sweep frees. Until
// then the point is warm and whole, whatever dies or fails.

import type { Claim, PointRow, Tx, VaultRow } from '../catalog/index.ts'
import { jobs, packs, points, vaults } from '../catalog/index.ts'
import type { Failure, JobDetail } from '../model/index.ts'
import { Answer, coldPartOf, DeletionPermit, nextLifecycleStep } from '../model/index.ts'
import type { Manifest } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import type { CopyRun } from './copy-run.ts'
import { carryProved, openEnds } from './copy-steps.ts'
import { namingDamage } from './damage.ts'
import { roleDenied } from './expire.ts'
import { raised } from './faults.ts'
import { keyRefusedToJob } from './key-use.ts'
import { sealedBefore } from './sealed-before.ts'
import { queueSweep } from './sweep.ts'
import { coldNames, makeVault } from './vault-making.ts'

/** How often to ask whether the last reader has let go of the point. */
const ASK_AGAIN_MS = 1_000

type CoolDetail = Extract<JobDetail, { readonly kind: 'cool' }>

interface Cooling extends CopyRun {
  readonly point: PointRow
}

/** Ends COMPLETED also when there is nothing to move any more. Throws the Answers of a copy. */
export async function runCool(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock } = context
  const found = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    return findDue(tx, claim, clock.now())
  })
  if (!found) return end(context, claim)
  const struck = await raised(context, claim, signal)
  const denied = struck ?? roleDenied(context, found.point) ?? keyDenied(context, found)
  if (denied) throw new Answer(denied)
  const cooling = await open(context, claim, { ...found, signal })
  await record(cooling, (await sealedByThis(cooling)) ?? (await seal(cooling)))
}

/** Why the point's role may not read the vault and seal under its key again. */
function keyDenied(
  { identities, clock }: JobContext,
  { point, vault }: { readonly point: PointRow; readonly vault: VaultRow },
): Failure | undefined {
  const { account, iamRoleArn } = point
  // The role of a copy from another account has no say here: then its own account is asked.
  const roleArn = iamRoleArn?.split(':')[4] === account ? iamRoleArn : undefined
  const worker = { account, roleArn, at: clock.now() }
  return (['kms:Decrypt', 'kms:GenerateDataKey'] as const)
    .map((action) => keyRefusedToJob(identities, worker, { vault, action }))
    .find(Boolean)
}

/** The point and its vault while the point is warm and its time has come. */
async function findDue(tx: Tx, claim: Claim, now: number) {
  const { pointId, vaultId } = claim.job.detail as CoolDetail
  const point = await points.byId(tx, pointId)
  const vault = await vaults.byId(tx, vaultId)
  const step = point && nextLifecycleStep(point, now)
  if (!point || !vault || step?.act !== 'cool' || step.at > now) return undefined
  return { point, vault }
}

async function open(
  context: JobContext,
  claim: Claim,
  of: { point: PointRow; vault: VaultRow; signal: AbortSignal },
): Promise<Cooling> {
  const { point, vault: sourceRow, signal } = of
  const destinationRow = await coldPart(context, sourceRow)
  await context.catalog.transaction(async (tx) => {
    await packs.addUse(tx, { vaultId: sourceRow.id, jobId: claim.job.id })
    await packs.addUse(tx, { vaultId: destinationRow.id, jobId: claim.job.id })
  })
  const vaultGone = { code: 'BackupVaultDoesNotExist', name: sourceRow.name } as const
  const route = { sourceRow, destinationRow, signal, mode: 'verbatim', vaultGone } as const
  return { ...(await openEnds(context, claim, route)), point }
}

/** The vault's cold part, made when the first of its points moves. */
async function coldPart(context: JobContext, vault: VaultRow): Promise<VaultRow> {
  const row = await context.catalog.transaction(async (tx) => {
    const there = await vaults.coldPart(tx, vault.id)
    if (there) return there
    const { account, region, keyArn } = vault
    const id = coldPartOf(vault.id)
    const createdAt = context.clock.now()
    const place = { id, account, region, keyArn, createdAt, ...coldNames(vault) }
    const made: VaultRow = { ...place, type: 'COLD_PART', state: 'CREATING' }
    await vaults.insert(tx, made)
    return made
  })
  if (row.state === 'CREATING') await makeVault(context, row)
  return row
}

/** What an earlier attempt of this job sealed; what an earlier job left is taken away. */
async function sealedByThis(cooling: Cooling): Promise<Manifest | undefined> {
  const { claim, destination, point } = cooling
  const sealed = await sealedBefore(destination, point.id)
  if (!sealed || sealed.jobId === claim.job.id) return sealed
  const permit = DeletionPermit.ofElsewhere(point, destination.vaultId)
  if (permit) await destination.deleteManifest(permit)
  return undefined
}

/** Brings all that the point needs into the cold part, and seals its manifest there. */
async function seal(cooling: Cooling): Promise<Manifest> {
  const { context, claim, source, destination, sourceRow, point } = cooling
  const manifest = await namingDamage(context, [sourceRow], () => source.readManifest(point.id))
  const { pointId, facts, packs, entryBlocks } = await carryProved(cooling, manifest)
  const sealing = { jobId: claim.job.id, fence: claim.fence }
  return destination.sealManifest(
    { pointId, ...sealing, facts, packs, entryBlocks },
    context.random,
  )
}

/**
 * From here the point is COLD. Waits while somebody reads the warm one, or a sweep seals it again;
 * ends without a change when it is deleted, or its lifecycle is another, by now.
 */
async function record(cooling: Cooling, manifest: Manifest): Promise<void> {
  const { context, claim, meter, sourceRow, destinationRow } = cooling
  const { catalog, clock } = context
  const progress = await meter.end()
  await catalog.transaction(async (tx) => {
    const now = clock.now()
    const found = await findDue(tx, claim, now)
    const waitingFor = found && (await readerOf(tx, found.point))
    if (waitingFor) {
      // All is in the cold part: a sweep that is waited for must not wait for this job.
      await packs.dropUse(tx, { vaultId: sourceRow.id, jobId: claim.job.id })
      return jobs.pause(tx, claim, { dueAt: now + ASK_AGAIN_MS, waitingFor })
    }
    if (found) {
      const names = manifest.packs.map(({ name }) => name)
      const of = { point: found.point, jobId: claim.job.id, names, uses: manifest.packs }
      await packs.moveToCold(tx, of)
    }
    await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: now, progress })
    // Of what is in two places now, one goes: the warm one, or what was moved for nothing.
    await queueSweep(tx, context, found ? sourceRow : destinationRow)
  })
}

async function readerOf(tx: Tx, { id }: PointRow): Promise<string | undefined> {
  const reader = await jobs.readerOf(tx, id)
  if (reader) return `job ${reader.id}, which reads the recovery point`
  return (await packs.isResealing(tx, id)) ? 'a sweep that moves its packs' : undefined
}

async function end(context: JobContext, claim: Claim): Promise<void> {
  const completedAt = context.clock.now()
  await context.catalog.transaction((tx) =>
    jobs.finish(tx, claim, { state: 'COMPLETED', completedAt }),
  )
}
