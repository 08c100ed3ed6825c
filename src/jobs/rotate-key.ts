// Changing the key of a vault. The catalog notes that it is under way, the vault's next record is
// written, the catalog notes what it says. What a crash left half done is looked up in the store at
// the next start: a rotation is done when its record is durable, and not at all before.

import type { VaultRow } from '../catalog/index.ts'
import { rotations, vaults } from '../catalog/index.ts'
import { Answer, type VaultId } from '../model/index.ts'
import type { JobContext } from './context.ts'
import { isClosed, namingDamage, openNaming } from './damage.ts'
import { ensureKeyOf } from './key-use.ts'

type RotationContext = Pick<JobContext, 'catalog' | 'clock' | 'keys' | 'log' | 'vaults'>

/**
 * Gives the vault, and its cold part, its next key, durable when it resolves; under another key of
 * the key service when `keyArn` says so. Throws Answer KeyUnusable, with nothing changed (a cold
 * part that could not change opens by its old key), BackupVaultBusy while another rotation is under
 * way, VaultKeyPinned for another key of a locked vault, BackupVaultDoesNotExist, and Trouble.
 */
export async function rotateKey(context: RotationContext, order: Rotation): Promise<void> {
  await rotateOne(context, order)
  const cold = await context.catalog.read((tx) => vaults.coldPart(tx, order.vaultId))
  // One that is being made is made under the key that its vault had; the next rotation changes it.
  if (cold?.state === 'AVAILABLE') await rotateOne(context, { ...order, vaultId: cold.id })
}

interface Rotation {
  readonly vaultId: VaultId
  readonly keyArn?: string | undefined
}

async function rotateOne(context: RotationContext, { vaultId, keyArn }: Rotation): Promise<void> {
  const { catalog } = context
  const vault = await catalog.transaction(async (tx) => {
    const found = await vaults.byId(tx, vaultId)
    const name = found?.name ?? ''
    if (found?.state !== 'AVAILABLE') throw new Answer({ code: 'BackupVaultDoesNotExist', name })
    if (found.lock && keyArn !== undefined && keyArn !== found.keyArn) {
      throw new Answer({ code: 'VaultKeyPinned', keyArn: found.keyArn, name })
    }
    const isFirst = await rotations.begin(tx, vaultId, keyArn ?? found.keyArn)
    if (!isFirst) throw new Answer({ code: 'BackupVaultBusy', name })
    return found
  })
  try {
    if (keyArn !== undefined) await ensureKeyOf(context, { ...vault, keyArn })
    const now = await namingDamage(context, [vault], () => context.vaults.rotateKey(vault, keyArn))
    await catalog.transaction((tx) => rotations.end(tx, vaultId, now))
  } catch (error) {
    await catalog.transaction((tx) => rotations.end(tx, vaultId))
    throw error
  }
}

/** Looks up what became of rotations that a crash interrupted. Run before requests are served. */
export async function finishRotations(context: RotationContext): Promise<void> {
  const { catalog, log } = context
  for (const id of await catalog.read((tx) => rotations.underWay(tx))) {
    const vault = await catalog.read((tx) => vaults.byId(tx, id))
    if (!vault) continue
    try {
      await lookUp(context, vault)
    } catch (error) {
      // Its store is out of reach: the other vaults must be served; the next start tries.
      log.error({ vault: vault.arn, error }, 'whether a vault’s key was changed is not known')
    }
  }
}

async function lookUp(context: RotationContext, vault: VaultRow): Promise<void> {
  const { catalog } = context
  const now = await openNaming(context, vault).catch((error: unknown) => {
    // Nobody can say now; the records themselves tell whoever can open the vault again.
    if (isClosed(error) || error instanceof Answer) return undefined
    throw error
  })
  await catalog.transaction((tx) => rotations.end(tx, vault.id, now))
}
