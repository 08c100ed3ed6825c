// Admitting locks of vaults. What is decided here holds in the catalog at once; that it outlives
// the catalog is for the caller to wait for (`factsDurable`) before it is acknowledged.

import type { VaultRow } from '../catalog/index.ts'
import { vaults } from '../catalog/index.ts'
import type { LockRequest } from '../model/index.ts'
import { Answer, checkLockChange, requestedLock } from '../model/index.ts'
import { mustFindVault } from './admit-lookup.ts'
import type { AdmissionContext, Requester } from './admit-once.ts'

/** A vault of the requester's. */
interface VaultNamed {
  readonly from: Requester
  readonly name: string
}

/**
 * Locks a vault, or replaces its lock whole while that may still be changed. Throws the Answers
 * InsufficientPrivileges, InvalidParameter and BackupVaultLockInForce.
 */
export async function lockVault(
  context: AdmissionContext,
  request: VaultNamed & { readonly lock: LockRequest },
): Promise<VaultRow> {
  const now = context.clock.now()
  const lock = requestedLock(request.lock, now)
  if ('code' in lock) throw new Answer(lock)
  return changeLock(context, request, { lock, now })
}

/**
 * Takes a vault's lock away while that may be done; a vault without one stays so. Throws the
 * Answers InsufficientPrivileges and BackupVaultLockInForce.
 */
export async function unlockVault(
  context: AdmissionContext,
  request: VaultNamed,
): Promise<VaultRow> {
  return changeLock(context, request, { lock: undefined, now: context.clock.now() })
}

async function changeLock(
  context: AdmissionContext,
  { from, name }: VaultNamed,
  to: { readonly lock: VaultRow['lock']; readonly now: number },
): Promise<VaultRow> {
  return context.catalog.transaction(async (tx) => {
    const vault = await mustFindVault(tx, from, name)
    const refused = checkLockChange({ name, lock: vault.lock, now: to.now })
    if (refused) throw new Answer(refused)
    await vaults.setLock(tx, vault.id, to.lock)
    return vault
  })
}
