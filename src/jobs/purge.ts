// Removing the files of a deleted vault. Its row stayed behind as DELETING under its id, so that
// jobs still at work in it find it gone and end; when the last has let go, the files are deleted,
// then the rows.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { facts, jobs, packs, vaults } from '../catalog/index.ts'
import { type PurgeDetail, VaultDeletionPermit } from '../model/index.ts'
import type { JobContext } from './context.ts'
import { isUntellable } from './damage.ts'

/** How often to ask whether the last job has let go of the vault: others run in between. */
const ASK_AGAIN_MS = 1_000

export async function runPurge(context: JobContext, claim: Claim): Promise<void> {
  const { catalog, clock } = context
  const { vaultId } = claim.job.detail as PurgeDetail
  const isWaiting = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    // Earlier versions ended the job after its vault was gone: one may have died in between.
    const vault = await vaults.byId(tx, vaultId)
    const users = vault ? await packs.users(tx, vaultId) : []
    if (users.length === 0) return false
    const pause = { dueAt: clock.now() + ASK_AGAIN_MS, waitingFor: 'jobs at work in the vault' }
    await jobs.pause(tx, claim, pause)
    return true
  })
  if (isWaiting) return
  const vault = await catalog.read((tx) => vaults.byId(tx, vaultId))
  if (vault) {
    await tellDeleted(context, vault)
    await context.vaults.remove(vault, await permitOf(context, vault))
  }
  const end = { state: 'COMPLETED', completedAt: clock.now() } as const
  // A thousand rows at a time; the job ends with the vault's own, for without it there is nothing
  // that another attempt could ask.
  for (let isGone = false; !isGone; ) {
    isGone = await catalog.transaction(async (tx) => {
      const isLast = await vaults.remove(tx, vaultId)
      if (isLast) await jobs.finish(tx, claim, end)
      return isLast
    })
  }
}

/** A vault called DELETING was empty, and nothing is put into it any more. */
async function permitOf(context: JobContext, vault: VaultRow): Promise<VaultDeletionPermit> {
  const points = await context.catalog.read((tx) => vaults.countPoints(tx, vault.id))
  const permit = VaultDeletionPermit.ofEmpty({ id: vault.id, name: vault.name, points })
  if (permit instanceof VaultDeletionPermit) return permit
  throw new Error(`vault ${vault.id} is to be purged with ${points} recovery points in it`)
}

/** Tells the store that the vault is deleted, in case the catalog is lost before all files are. */
async function tellDeleted(context: JobContext, vault: VaultRow): Promise<void> {
  try {
    await context.facts.durable(vault.id)
  } catch (error) {
    // A vault that cannot be opened, or was never made, can be told nothing, nor can one on a full
    // disk; it goes all the same.
    if (!isUntellable(error)) throw error
    await context.catalog.transaction((tx) => facts.forget(tx, vault.id))
  }
}
