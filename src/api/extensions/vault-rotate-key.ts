// A new key for a vault, without touching what is in it.
//
// POST /_copyhold/vaults/:name/rotate-key   {"keyArn"?} → {"BackupVaultArn", "KeyVersion",
//   "EncryptionKeyArn"}

import { rotations } from '../../catalog/index.ts'
import { checkKeyArn, keyRefusedTo, mustFindVault } from '../../jobs/index.ts'
import { Answer } from '../../model/index.ts'
import type { Extension } from '../extension.ts'

/** Draws the vault's next key; what is sealed from now on is under it. */
export const rotateVaultKey: Extension = {
  method: 'POST',
  path: '/vaults/:name/rotate-key',
  async answer({ params, body, caller }, context) {
    const { account, region } = caller
    const { keyArn } = (body ?? {}) as { keyArn?: unknown }
    if (keyArn !== undefined && typeof keyArn !== 'string') {
      const reason = 'it must be a text'
      throw new Answer({ code: 'InvalidParameter', parameter: 'keyArn', reason })
    }
    if (keyArn !== undefined) checkKeyArn({ arn: keyArn, region, parameter: 'keyArn' })
    const find = () =>
      context.catalog.read(async (tx) => {
        const vault = await mustFindVault(tx, { account, region }, params.name ?? '')
        return { vault, standing: await rotations.standing(tx, vault.id) }
      })
    const before = (await find()).vault
    // The vault is opened by the key it has, and put under the next one.
    for (const each of new Set([before.keyArn, keyArn ?? before.keyArn])) {
      const refused = keyRefusedTo(caller, context.identities, { ...before, keyArn: each })
      if (refused) throw new Answer(refused)
    }
    await context.vaultMaker.rotateKey(before.id, keyArn)
    const { vault, standing } = await find()
    return {
      BackupVaultArn: vault.arn,
      KeyVersion: standing?.keyVersion,
      EncryptionKeyArn: vault.keyArn,
    }
  },
}
