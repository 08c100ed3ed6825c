// Repairing a pack whose bytes are damaged or gone: any vault of the account that has the same
// pack can give it, for its name is the hash of its bytes. The mark in the catalog comes before
// the repair and goes after it, so that whoever dies in between leaves a mark too many, never one
// too few.

import type { VaultRow } from '../catalog/index.ts'
import { packs, vaults } from '../catalog/index.ts'
import type { JobId, PackName, VaultId } from '../model/index.ts'
import { Trouble } from '../model/index.ts'
import { replacePack, VaultDamaged } from '../vault/index.ts'
import type { JobContext } from './context.ts'

/** What came of a repair: `unneeded` when the pack, or its vault, is on its way out. */
export type Repair =
  | { readonly end: 'repaired'; readonly donor: VaultRow }
  | { readonly end: 'damaged' }
  | { readonly end: 'unneeded' }

export interface RepairOrder {
  readonly context: Pick<JobContext, 'catalog' | 'clock' | 'log' | 'vaults'>
  /** Whose use of both vaults keeps the packs there meanwhile; it stays until the job drops it. */
  readonly jobId: JobId
  readonly signal: AbortSignal
  readonly vault: VaultRow
  readonly name: PackName
}

/**
 * Marks the pack damaged and makes it whole from another vault of the account, if one has it.
 * Throws Trouble when none could give it and the world failed for one of them.
 */
export async function repairPack(order: RepairOrder): Promise<Repair> {
  const { context, signal, vault, name } = order
  const { catalog, log } = context
  if (!(await markIfNeeded(order))) return { end: 'unneeded' }
  const of = { vaultId: vault.id, account: vault.account, name }
  let trouble: Trouble | undefined
  for (const id of await catalog.read((tx) => packs.donors(tx, of))) {
    signal.throwIfAborted()
    try {
      const donor = await repairFrom(order, id)
      if (!donor) continue
      await catalog.transaction((tx) => packs.clearDamaged(tx, of))
      log.info({ vault: vault.id, pack: name, from: donor.id }, 'a damaged pack was repaired')
      return { end: 'repaired', donor }
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      trouble = error
    }
  }
  if (trouble) throw trouble
  log.error({ vault: vault.id, pack: name }, 'a pack is damaged and no vault can give it')
  return { end: 'damaged' }
}

/** False when the pack will be deleted, or its vault: then nobody needs it. */
async function markIfNeeded(order: RepairOrder): Promise<boolean> {
  const { context, jobId, vault, name } = order
  const pack = { vaultId: vault.id, jobId, name }
  return context.catalog.transaction(async (tx) => {
    const found = await vaults.byId(tx, vault.id)
    if (found?.state !== 'AVAILABLE') return false
    await packs.addUse(tx, pack)
    if (!(await packs.isHeld(tx, pack))) return false
    await packs.markDamaged(tx, { ...pack, now: context.clock.now() })
    return true
  })
}

/** The vault that gave the pack; undefined when it has none, or a damaged one, which is marked. */
async function repairFrom(order: RepairOrder, donorId: VaultId): Promise<VaultRow | undefined> {
  const { context, jobId, signal, vault, name } = order
  const { catalog, clock } = context
  const pack = { vaultId: donorId, jobId, name }
  const donor = await catalog.transaction(async (tx) => {
    const found = await vaults.byId(tx, donorId)
    if (found?.state !== 'AVAILABLE') return undefined
    await packs.addUse(tx, pack)
    return (await packs.isHeld(tx, pack)) ? found : undefined
  })
  if (!donor) return undefined
  const from = { store: await context.vaults.storeOf(donor), vaultId: donor.id }
  const to = { store: await context.vaults.storeOf(vault), vaultId: vault.id }
  try {
    await replacePack({ from, to, name }, signal)
    return donor
  } catch (error) {
    if (!(error instanceof VaultDamaged)) throw error
    await catalog.transaction((tx) => packs.markDamaged(tx, { ...pack, now: clock.now() }))
    return undefined
  }
}
