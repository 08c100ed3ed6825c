// Failures of encryption: keys that cannot be used, and keys that cannot be shared.

import { type Article, command, type Fill, policy } from './article.ts'

const vaultWithKey = (fill: Fill) =>
  command(
    `copyhold backup create-backup-vault --region ${fill('destinationRegion')} ` +
      `--backup-vault-name ${fill('destinationVaultName')}-cmk --encryption-key-arn ` +
      `arn:aws:kms:${fill('destinationRegion')}:${fill('destinationAccount')}:key/<key-id>`,
  )

const keyUse = (fill: Fill) =>
  policy({
    Sid: 'AllowUseForCopies',
    Effect: 'Allow',
    Principal: {
      AWS: [
        fill('roleArn'),
        `arn:aws:iam::${fill('destinationAccount')}:role/aws-service-role/` +
          'backup.amazonaws.com/AWSServiceRoleForBackup',
      ],
    },
    Action: [
      ...['kms:DescribeKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*'],
      ...['kms:GenerateDataKey*', 'kms:CreateGrant'],
    ],
    Resource: '*',
  })

/** Articles about keys. */
export const KEYS: readonly Article[] = [
  {
    id: 'destination-default-key',
    title: "The destination vault is under AWS Backup's own key",
    appears: 'job',
    said: 'AWS',
    texts: [
      'Copy job failed because the destination Backup vault is encrypted with the default Backup ' +
        'service managed key. The contents of this vault cannot be copied. Only the contents of ' +
        'a Backup vault encrypted by an AWS KMS key may be copied.',
    ],
    like: [/encrypted with the default Backup service managed key/i],
    means:
      'A resource type whose recovery points do not live in the vault itself ({resourceType}) is ' +
      'copied to another account only into a vault with a customer managed key: the key ' +
      'aws/backup cannot be shared. The key decides, not the name of the vault. Fully managed ' +
      'types, EFS among them, do not mind.',
    fixes: (fill) => [
      {
        do:
          'A vault keeps its key for life: make another one with a key of your own, and ' +
          'copy there.',
        paste: vaultWithKey(fill),
      },
    ],
  },
  {
    id: 'source-managed-key',
    title: 'The source is encrypted with a key that AWS manages',
    appears: 'job',
    said: 'AWS',
    texts: [
      'Encrypted snapshots with Amazon EBS default key cannot be shared',
      "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
    ],
    means:
      'To copy a snapshot into another account it has to be shared with it, and one under a key ' +
      'that AWS manages (aws/ebs, aws/rds …) cannot be.',
    fixes: (fill) => [
      {
        do:
          `Encrypt the resource ${fill('resourceArn')} with a customer managed key, and ` +
          'back it up again.',
      },
      {
        do:
          'Or first copy inside the account into a vault with a customer managed key, ' +
          'then copy that copy.',
      },
    ],
  },
  {
    id: 'key-unusable',
    title: 'A key cannot be used',
    appears: 'job',
    said: 'AWS',
    texts: [
      'Given key ID is not accessible',
      'KMS key is either disabled or pending deletion or access to KMS key is denied',
      'Given key ID does not exist',
      'AMI snapshot copy failed with error: Given key ID is not accessible. You must have ' +
        'DescribeKey permissions on the default key',
      'AMI snapshot copy failed with error: Given key ID is not accessible. You must have ' +
        'DescribeKey permissions on the default CMK',
    ],
    like: [/key id is not accessible/i, /DescribeKey permissions/i],
    means:
      'The key of the source or of the destination vault is disabled, waits to be deleted, is ' +
      "gone, or its policy refuses the job's role (and, into another account, the destination's " +
      'AWSServiceRoleForBackup). On a Copyhold, the file of the key is missing, revoked or ' +
      'damaged in its keyring.',
    fixes: (fill) => [
      {
        do: 'See in what state the key is; a disabled one can be enabled, a deletion cancelled.',
        paste: command(
          `aws kms describe-key --key-id ${fill('keyArn')} --query KeyMetadata.KeyState`,
        ),
      },
      { do: 'Let the roles use it: a statement for the policy of the key.', paste: keyUse(fill) },
      {
        do:
          'On a Copyhold: put the file of the key back from where keys are kept safe; it ' +
          'cannot be made again.',
      },
    ],
  },
  {
    id: 'storage-gateway-key',
    title: 'Storage Gateway needs a vault with a key of your own',
    appears: 'job',
    said: 'AWS',
    texts: [
      'UnsupportedOperation : Storage Gateway backup copies require a user-created backup vault ' +
        'and key at destination.',
    ],
    like: [/Storage Gateway backup copies require/i],
    means:
      'Volumes of Storage Gateway are copied only into a vault that a user made, with a key that ' +
      'a user made; the vault Default will not do.',
    fixes: (fill) => [{ do: 'Make such a vault, and copy there.', paste: vaultWithKey(fill) }],
  },
]
