// A new key for a vault, without touching what is in it.
//
// POST /_copyhold/vaults/:name/rotate-key   {"keyArn"?} → {"BackupVaultArn", "KeyVersion",
//   "EncryptionKeyArn"}

import { rotations } from '../../catalog/index.ts'
import { mustFindVault } from '../../jobs/index.ts'
import { Answer } from '../../model/index.ts'
import type { Extension } from '../extension.ts'
import { checkKey } from '../key-check.ts'

/** Draws the vault's next key; what is sealed from now on is under it. */
export const rotateVaultKey: Extension = {
  method: 'POST',
  path: '/vaults/:name/rotate-key',
  async answer({ params, body, caller: { account, region } }, context) {
    const { keyArn } = (body ?? {}) as { keyArn?: unknown }
    if (keyArn !== undefined && typeof keyArn !== 'string') {
      const reason = 'it must be a text'
      throw new Answer({ code: 'InvalidParameter', parameter: 'keyArn', reason })
    }
    if (keyArn !== undefined) checkKey({ arn: keyArn, region, parameter: 'keyArn' })
    const find = () =>
      context.catalog.read(async (tx) => {
        const vault = await mustFindVault(tx, { account, region }, params.name ?? '')
        return { vault, standing: await rotations.standing(tx, vault.id) }
      })
    await context.vaultMaker.rotateKey((await find()).vault.id, keyArn)
    const { vault, standing } = await find()
    return {
      BackupVaultArn: vault.arn,
      KeyVersion: standing?.keyVersion,
      EncryptionKeyArn: vault.keyArn,
    }
  },
}
