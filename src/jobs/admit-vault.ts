// Admitting what happens to whole vaults: making one, deleting one, sweeping. The row changes with
// the request; the files follow in a job.

import type { Tx, VaultRow } from '../catalog/index.ts'
import { jobs, rotations, tags, VaultNameTaken, vaults } from '../catalog/index.ts'
import {
  Answer,
  checkTags,
  coldPartOf,
  formatVaultArn,
  parseVaultId,
  VaultDeletionPermit,
} from '../model/index.ts'
import { mustFindVault } from './admit-lookup.ts'
import type { AdmissionContext, Requester, StartedJob } from './admit-once.ts'
import { jobOnVault } from './own-job.ts'
import { queueSweep } from './sweep.ts'

const VAULT_ID_BYTES = 16

/** A request to make a vault. */
export interface VaultRequest {
  readonly from: Requester
  readonly name: string
  readonly keyArn: string
  readonly creatorRequestId?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/**
 * The vault's row in CREATING, or the one that the same request (by its CreatorRequestId) made
 * before. Throws the Answers BackupVaultExists, QuotaReached and TagsInvalid.
 */
export async function admitVault(
  context: AdmissionContext,
  request: VaultRequest,
): Promise<VaultRow> {
  const refused = checkTags(request.tags ?? {})
  if (refused) throw new Answer(refused)
  const attempt = () => context.catalog.transaction((tx) => findOrInsert(context, tx, request))
  try {
    return await attempt()
  } catch (error) {
    // Taken since we looked: look again, it may be the same request's.
    if (error instanceof VaultNameTaken) return attempt()
    throw error
  }
}

async function findOrInsert(
  context: AdmissionContext,
  tx: Tx,
  request: VaultRequest,
): Promise<VaultRow> {
  const { from, name, keyArn, creatorRequestId } = request
  const existing = await vaults.byName(tx, { ...from, name })
  if (existing) {
    const isRepeated = creatorRequestId && existing.creatorRequestId === creatorRequestId
    if (isRepeated && existing.keyArn === keyArn) return existing
    const { arn, creatorRequestId: theirs } = existing
    const whose = theirs ? { creatorRequestId: theirs } : {}
    throw new Answer({ code: 'BackupVaultExists', name, arn, ...whose })
  }
  const most = context.quotas?.vaultsPerRegion
  if (most !== undefined && (await vaults.count(tx, from)) >= most) {
    const of = `backup vaults in ${from.region}`
    throw new Answer({ code: 'QuotaReached', of, most })
  }
  const vault: VaultRow = {
    id: parseVaultId(Buffer.from(context.random.bytes(VAULT_ID_BYTES)).toString('hex')),
    ...from,
    name,
    arn: formatVaultArn({ ...from, name }),
    type: 'BACKUP_VAULT',
    state: 'CREATING',
    keyArn,
    createdAt: context.clock.now(),
    creatorRequestId,
  }
  await vaults.insert(tx, vault)
  await tags.put(tx, vault.arn, request.tags ?? {})
  return vault
}

/** Frees the name of a vault whose files could not be made, and has what there is removed. */
export async function abandonVault(context: AdmissionContext, vault: VaultRow): Promise<void> {
  await context.catalog.transaction((tx) => purge(context, tx, vault))
}

/**
 * Deletes an empty vault: its name is free when this resolves, its files go in a job, and jobs at
 * work in it find it gone. Throws the Answers InsufficientPrivileges, BackupVaultNotEmpty and,
 * while it is being made or its key is being changed, BackupVaultBusy.
 */
export async function deleteVault(
  context: AdmissionContext,
  request: { readonly from: Requester; readonly name: string },
): Promise<void> {
  const { from, name } = request
  await context.catalog.transaction(async (tx) => {
    const vault = await mustFindVault(tx, from, name)
    const isRotating =
      (await rotations.standing(tx, vault.id))?.isRotating ||
      (await rotations.standing(tx, coldPartOf(vault.id)))?.isRotating
    const isBusy = vault.state === 'CREATING' || isRotating
    if (isBusy) throw new Answer({ code: 'BackupVaultBusy', name })
    await purge(context, tx, vault)
  })
}

async function purge(context: AdmissionContext, tx: Tx, vault: VaultRow): Promise<void> {
  const { id, name } = vault
  const points = await vaults.countPoints(tx, id)
  const permit = VaultDeletionPermit.ofEmpty({ id, name, points })
  if (!(permit instanceof VaultDeletionPermit)) throw new Answer(permit)
  await vaults.markDeleting(tx, permit)
  await jobs.insert(tx, jobOnVault(context, vault, { kind: 'purge', vaultId: vault.id }))
  // As empty: its points are the vault's.
  const cold = await vaults.coldPart(tx, id)
  if (cold && cold.state !== 'DELETING') await purge(context, tx, cold)
}

/** The job that sweeps the vault: the one that has not ended yet, or a new one. */
export async function startSweep(
  context: AdmissionContext,
  request: { readonly from: Requester; readonly vaultName: string },
): Promise<StartedJob> {
  return context.catalog.transaction(async (tx) => {
    const vault = await mustFindVault(tx, request.from, request.vaultName)
    const { isNew, ...job } = await queueSweep(tx, context, vault)
    const cold = isNew && (await vaults.coldPart(tx, vault.id))
    if (cold) await queueSweep(tx, context, cold)
    return job
  })
}
