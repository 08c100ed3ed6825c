// The full descriptions of the operations of vaults and recovery points.

import type { Description } from './description.ts'

const NO_VAULT = {
  sign: 'AccessDeniedException: Insufficient privileges',
  meaning:
    'There is no vault of that name in the Region, or you may not use it; both answer the same. ' +
    'Check --region.',
}
const NO_POINT = {
  sign: 'ResourceNotFoundException',
  meaning: 'The recovery point is not in that vault.',
}

const createBackupVault: Description = {
  about: [
    'A vault belongs to one account and one Region and holds recovery points. Everything in it is ' +
      'encrypted under its key, so choose the key with the vault: it cannot be changed later.',
  ],
  examples: [
    {
      what: 'Make a vault, and one in another Region to copy into',
      command: [
        'copyhold backup create-backup-vault --backup-vault-name daily',
        'copyhold backup create-backup-vault --backup-vault-name offsite \\',
        '  --region us-east-1',
      ].join('\n'),
    },
    {
      what: 'With tags',
      command: [
        'copyhold backup create-backup-vault --backup-vault-name daily \\',
        '  --backup-vault-tags team=web,stage=live',
      ].join('\n'),
    },
  ],
  failures: [
    {
      sign: 'AlreadyExistsException',
      meaning: 'You have a vault of that name in the Region. Nothing was changed.',
    },
    { sign: 'InvalidParameterValueException', meaning: 'The name has other characters or length.' },
  ],
}

const describeBackupVault: Description = {
  about: ['The count of recovery points may lag a little behind deletions.'],
  examples: [
    {
      what: 'The ARN, as copies need it',
      command: [
        'copyhold backup describe-backup-vault --backup-vault-name offsite \\',
        '  --query BackupVaultArn --output text',
      ].join('\n'),
    },
  ],
  failures: [NO_VAULT],
}

const listBackupVaults: Description = {
  about: ['Only the vaults of one Region; ask each Region.'],
  examples: [
    {
      what: 'Names and how much is in them',
      command: [
        'copyhold backup list-backup-vaults --output table \\',
        "  --query 'BackupVaultList[].[BackupVaultName, NumberOfRecoveryPoints]'",
      ].join('\n'),
    },
  ],
}

const deleteBackupVault: Description = {
  about: ['The name may be used again at once; a new vault of that name is another vault.'],
  examples: [
    {
      what: 'Delete a vault',
      command: 'copyhold backup delete-backup-vault --backup-vault-name old',
    },
  ],
  failures: [
    {
      sign: 'InvalidRequestException',
      meaning: 'It holds recovery points, or jobs are using it. Delete the points first.',
    },
    NO_VAULT,
  ],
}

const describeRecoveryPoint: Description = {
  about: [
    'CalculatedLifecycle holds the moments that Lifecycle’s days come to. A copy names the vault ' +
      'it came from as SourceBackupVaultArn.',
  ],
  examples: [
    {
      what: 'When it will be deleted',
      command: [
        'copyhold backup describe-recovery-point --backup-vault-name daily \\',
        '  --recovery-point-arn "$POINT" --query CalculatedLifecycle.DeleteAt',
      ].join('\n'),
    },
  ],
  failures: [NO_POINT, NO_VAULT],
}

const listByVault: Description = {
  about: ['Newest first. Filters are combined; all pages are fetched unless told otherwise.'],
  examples: [
    {
      what: 'The newest recovery point of a resource',
      command: [
        'copyhold backup list-recovery-points-by-backup-vault --backup-vault-name daily \\',
        '  --by-resource-arn "$RESOURCE" --output text \\',
        "  --query 'sort_by(RecoveryPoints, &CreationDate)[-1].RecoveryPointArn'",
      ].join('\n'),
    },
  ],
  failures: [NO_VAULT],
}

const listByResource: Description = {
  about: ['Looks in all vaults of the account in the Region.'],
  examples: [
    {
      what: 'Where the backups of a resource are',
      command: [
        'copyhold backup list-recovery-points-by-resource --resource-arn "$RESOURCE" \\',
        "  --query 'RecoveryPoints[].[CreationDate, BackupVaultName]' --output text",
      ].join('\n'),
    },
  ],
}

const deleteRecoveryPoint: Description = {
  about: [
    'The recovery point is DELETING at once and gone soon after. Data that other points need ' +
      'stays. There is no way back, and copies in other vaults are not touched.',
  ],
  examples: [
    {
      what: 'Delete a recovery point',
      command: [
        'copyhold backup delete-recovery-point --backup-vault-name daily \\',
        '  --recovery-point-arn "$POINT"',
      ].join('\n'),
    },
  ],
  failures: [
    NO_POINT,
    {
      sign: 'InvalidRequestException',
      meaning: 'A legal hold, the lock of the vault or a running job protects it.',
    },
  ],
}

const restoreMetadata: Description = {
  about: ['What it prints can be changed and given to start-restore-job as --metadata.'],
  examples: [
    {
      what: 'Start a restore from it',
      command: [
        'copyhold backup get-recovery-point-restore-metadata --backup-vault-name daily \\',
        '  --recovery-point-arn "$POINT" --query RestoreMetadata > metadata.json',
        'copyhold backup start-restore-job --metadata file://metadata.json …',
      ].join('\n'),
    },
  ],
  failures: [NO_POINT, NO_VAULT],
}

const updateLifecycle: Description = {
  about: ['The lifecycle is replaced, not merged: a member that you do not give is removed.'],
  examples: [
    {
      what: 'Keep a recovery point for a year',
      command: [
        'copyhold backup update-recovery-point-lifecycle --backup-vault-name daily \\',
        '  --recovery-point-arn "$POINT" --lifecycle DeleteAfterDays=365',
      ].join('\n'),
    },
  ],
  failures: [
    NO_POINT,
    {
      sign: 'InvalidParameterValueException: Invalid lifecycle',
      meaning: 'Days are out of range, or fewer than 90 lie between growing cold and deletion.',
    },
  ],
}

export const VAULTS: Readonly<Record<string, Description>> = {
  CreateBackupVault: createBackupVault,
  DescribeBackupVault: describeBackupVault,
  ListBackupVaults: listBackupVaults,
  DeleteBackupVault: deleteBackupVault,
  DescribeRecoveryPoint: describeRecoveryPoint,
  ListRecoveryPointsByBackupVault: listByVault,
  ListRecoveryPointsByResource: listByResource,
  DeleteRecoveryPoint: deleteRecoveryPoint,
  GetRecoveryPointRestoreMetadata: restoreMetadata,
  UpdateRecoveryPointLifecycle: updateLifecycle,
}
