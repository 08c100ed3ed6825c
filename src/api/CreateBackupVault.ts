// CreateBackupVault: takes the name at once, then makes the vault's files; answers when the vault
// can be used. The same CreatorRequestId again is answered with the same vault.

import type { CreateBackupVaultInput, CreateBackupVaultOutput } from '@aws-sdk/client-backup'
import type { VaultRow } from '../catalog/index.ts'
import { abandonVault, admitVault, checkKeyArn, keyRefusedTo } from '../jobs/index.ts'
import { Answer } from '../model/index.ts'
import type { ApiContext } from './context.ts'
import { operation } from './operation.ts'

const CREATOR_REQUEST_ID = /^[A-Za-z0-9._-]{1,50}$/

export const CreateBackupVault = operation<CreateBackupVaultInput, CreateBackupVaultOutput>(
  async (input, caller, context) => {
    const { BackupVaultName, CreatorRequestId, EncryptionKeyArn, BackupVaultTags } = input
    const { account, region } = caller
    if (CreatorRequestId !== undefined && !CREATOR_REQUEST_ID.test(CreatorRequestId)) {
      const reason = 'it must be 1 to 50 letters, digits, dots, hyphens or underscores'
      throw new Answer({ code: 'InvalidParameter', parameter: 'CreatorRequestId', reason })
    }
    if (EncryptionKeyArn !== undefined) {
      checkKeyArn({ arn: EncryptionKeyArn, region, parameter: 'EncryptionKeyArn' })
    }
    const keyArn = EncryptionKeyArn ?? context.vaultMaker.defaultKeyArn({ account, region })
    // AWS names no key to whom it refuses one.
    const refused = keyRefusedTo(caller, context.identities, { account, region, keyArn })
    if (refused) throw new Answer({ code: 'InsufficientPrivileges' })
    const vault = await admitVault(context, {
      from: { account, region },
      name: BackupVaultName,
      keyArn,
      creatorRequestId: CreatorRequestId,
      tags: BackupVaultTags,
    })
    if (vault.state === 'CREATING') await make(context, vault)
    return {
      BackupVaultName: vault.name,
      BackupVaultArn: vault.arn,
      CreationDate: vault.createdAt,
    }
  },
)

async function make(context: ApiContext, vault: VaultRow): Promise<void> {
  try {
    await context.vaultMaker.create(vault)
  } catch (error) {
    await abandonVault(context, vault)
    context.wake()
    throw error
  }
}
