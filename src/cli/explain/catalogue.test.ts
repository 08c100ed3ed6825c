// Goal: every documented failure has one article, and a message finds it. Method: the published
// texts letter for letter, and the texts of our own server for every failure there is.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Failure } from '../../model/index.ts'
import { failureText, jobStatusMessage } from '../../wire/index.ts'
import { filler } from './article.ts'
import { ARTICLES, matchMessage } from './catalogue.ts'
import { failuresPage } from './failures-page.ts'
import { fillArticle, printArticle } from './fill.ts'

/** From the AWS Backup developer guide and what is reported of AWS; rows are of one failure. */
const PUBLISHED: readonly (readonly [string, ...string[]])[] = [
  [
    'retention-out-of-range',
    'Copy job failed. The retention specified in the job is not within the range ' +
      'specified for the target Backup Vault.',
  ],
  [
    'not-one-organization',
    'Copy job failed. Both source and destination account must be a member of the ' +
      'same organization.',
    'Access denied: Both source and destination account must be a member of the same organization',
  ],
  [
    'cross-account-off',
    'Copy job failed. Cross-account copy feature is not enabled for the current organization.',
  ],
  ['destination-policy', 'Access Denied trying to call AWS Backup service'],
  [
    'destination-default-key',
    'Copy job failed because the destination Backup vault is encrypted with the ' +
      'default Backup service managed key. The contents of this vault cannot be ' +
      'copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be ' +
      'copied.',
  ],
  [
    'source-managed-key',
    'Encrypted snapshots with Amazon EBS default key cannot be shared',
    "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
  ],
  [
    'key-unusable',
    'Given key ID is not accessible',
    'KMS key is either disabled or pending deletion or access to KMS key is denied',
    'Given key ID does not exist',
    'AMI snapshot copy failed with error: Given key ID is not accessible. You must ' +
      'have DescribeKey permissions on the default key',
  ],
  [
    'type-unsupported',
    'Copy job from us-west-2 to us-east-1 cannot be initiated for RDS resources. ' +
      'Feature is not supported for provided resource type.',
  ],
  ['too-many-jobs', 'There are too many copy jobs running for resource.'],
  ['role-tag-rights', 'Access denied exception while trying to list tags'],
  ['too-many-tags', 'The resultant tag set must not have more than 50 user tags.'],
  [
    'tags-not-copied',
    'We are unable to copy resource tags to your backup because source or ' +
      'destination recovery point is unavailable',
    'We are unable to copy resource tags to your backup because of the Internal Failure.',
  ],
  [
    'option-group',
    'The snapshot requires a target option group with the following options: TDE, ' +
      'NATIVE_NETWORK_ENCRYPTION',
  ],
  ['marketplace-image', 'Images from AWS Marketplace cannot be copied to another AWS account.'],
  [
    'storage-gateway-key',
    'UnsupportedOperation : Storage Gateway backup copies require a user-created ' +
      'backup vault and key at destination.',
  ],
  ['image-not-allowed', 'Source AMI ami-0123456789 not found in Region.'],
  ['sharing-revoked', 'You do not have permission to access the storage of this ami.'],
  ['unshare-failed', 'Failed to unshare snapshot'],
  [
    'internal',
    'Copy job encountered a fatal error.',
    'Copy job encountered a fatal error. Please contact AWS Support for further assistance.',
    'An internal error occurred.',
    'Token expired. Try again.',
  ],
  [
    'role-not-assumable',
    'IAM Role arn:aws:iam::123456789012:role/r cannot be assumed by AWS Backup',
    'The provided role arn:aws:iam::123456789012:role/r cannot be assumed by AWS Backup.',
  ],
  [
    'role-rights',
    'You are not authorized to perform this operation.',
    'The role does not have permission to do that',
    'missing permission ec2:CopySnapshot',
  ],
  [
    'recovery-point-gone',
    'Cannot find recovery point.',
    'resource not found',
    'The snapshot is no longer available',
  ],
  ['vanished', 'The snapshot snap-1 does not exist.'],
  ['vault-name-invalid', 'Backup vault name Random Backups is not valid'],
  ['insufficient-privileges', 'Insufficient privileges to perform this action.'],
  ['unsupported-arn', 'Unsupported resource type: arn:aws:ec2:eu-west-1::snapshot/snap-1'],
  ['continuous', 'Does not support continuous backups'],
  [
    'pass-role',
    'User: arn:aws:iam::1:user/u is not authorized to perform: iam:PassRole on resource: arn:r',
  ],
  [
    'source-policy-deny',
    'User: arn:u is not authorized to perform: backup:StartCopyJob on resource: ' +
      'arn:r with an explicit deny in a resource-based policy',
  ],
  [
    'lifecycle-days',
    'Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days',
    'Invalid lifecycle. MoveToColdStorageAfterDays is unavailable',
  ],
  [
    'lifecycle-too-close',
    'Error in rule Daily : Invalid lifecycle. DeleteAfterDays cannot be less than ' +
      '90 days apart from MoveToColdStorageAfterDays',
  ],
  ['lifecycle-member', 'Invalid lifecycle. EBS Cold Tier is not yet supported.'],
  [
    'destination-vault-missing',
    'Copy job failed because backup vault ' +
      'arn:aws:backup:eu-west-1:123456789012:backup-vault:v does not exist.',
  ],
  ['limit', 'Subscriber limit exceeded: you have 300 backups'],
  [
    'backup-lifecycle-range',
    'Backup job failed because the lifecycle is outside the valid range for backup vault.',
  ],
  ['running-backup', 'Backup job failed because there was a running job for the same resource.'],
]

test(
  'every published text finds its article, also with words before it or without ' + 'its stop',
  () => {
    for (const [id, ...texts] of PUBLISHED) {
      for (const text of texts) {
        const before = 'An error occurred (XException) when calling the StartCopyJob operation'
        const wrapped = `${before}: ${text}`
        for (const spelling of [text, text.replace(/\.$/, ''), ` ${text} `, wrapped]) {
          assert.equal(matchMessage(spelling)?.article.id, id, spelling)
        }
      }
    }
  },
)

const SAMPLES: { readonly [Code in Failure['code']]: string } = {
  InvalidParameter: 'parameter-invalid',
  MissingParameter: 'missing-parameter',
  InsufficientPrivileges: 'insufficient-privileges',
  NotAuthorized: 'role-rights',
  CrossAccountPassRole: 'pass-role',
  VaultPolicyCrossAccount: 'vault-policy-sharing',
  VaultPolicyNotFound: '',
  BackupVaultNameInvalid: 'vault-name-invalid',
  BackupVaultExists: '',
  QuotaReached: '',
  BackupVaultDoesNotExist: 'destination-vault-missing',
  BackupVaultNotEmpty: '',
  BackupVaultBusy: 'busy',
  RecoveryPointNotFound: 'recovery-point-gone',
  RecoveryPointStateInvalid: 'recovery-point-state',
  RecoveryPointBusy: 'busy',
  RecoveryPointUnconfirmed: '',
  ContinuousRecoveryPoint: 'continuous',
  ColdRecoveryPoint: 'cold',
  UnsupportedResourceType: 'unsupported-arn',
  ResourceNotFound: 'resource-missing',
  ResourceNotRegistered: 'resource-missing',
  NotInOrganization: 'not-one-organization',
  NotManagementAccount: 'not-management-account',
  ResourceTypeOptedOut: 'type-opted-out',
  ResourceUnavailable: 'resource-unavailable',
  JobNotFound: 'job-unknown',
  JobNotStoppable: '',
  IdempotencyConflict: 'idempotency-conflict',
  LifecycleDeleteAfterOutOfRange: 'lifecycle-days',
  LifecycleTooClose: 'lifecycle-too-close',
  LifecycleMoveToColdInvalid: 'lifecycle-days',
  LifecycleDeleteAfterEventGiven: 'lifecycle-member',
  LifecycleMoveToColdTooSoon: '',
  LifecycleColdFrozen: '',
  LifecycleContinuous: '',
  BackupVaultLockInForce: '',
  RecoveryPointLocked: '',
  VaultKeyPinned: '',
  NextTokenInvalid: 'parameter-invalid',
  TagsInvalid: '',
  TaggingUnsupported: 'unsupported-arn',
  RoleUnusable: 'role-not-assumable',
  StoppedByUser: 'stopped',
  BackupJobExpired: 'expired',
  BackupJobVaultDoesNotExist: 'destination-vault-missing',
  CopyJobVaultDoesNotExist: 'destination-vault-missing',
  CopyJobAccessDenied: 'destination-policy',
  CopyTypeUnsupported: 'type-unsupported',
  RecoveryPointGone: 'recovery-point-gone',
  CopyRetentionOutOfRange: 'retention-out-of-range',
  BackupRetentionOutOfRange: 'backup-lifecycle-range',
  BackupResourceBusy: 'running-backup',
  CopyOrganizationsDiffer: 'not-one-organization',
  CopyCrossAccountDisabled: 'cross-account-off',
  CopyDestinationKeyManaged: 'destination-default-key',
  CopySourceKeyManagedEbs: 'source-managed-key',
  CopySourceKeyManaged: 'source-managed-key',
  CopyMarketplaceImage: 'marketplace-image',
  CopyGatewayVaultKey: 'storage-gateway-key',
  CopyStorageDenied: 'sharing-revoked',
  CopyTooManyJobs: 'too-many-jobs',
  CopyTagsUnreadable: 'role-tag-rights',
  CopyTooManyTags: 'too-many-tags',
  CopyTagsPointUnavailable: 'tags-not-copied',
  CopyTagsInternal: 'tags-not-copied',
  CopyFatal: 'internal',
  CopyFatalSupport: 'internal',
  KeyNotAccessible: 'key-unusable',
  KeyDoesNotExist: 'key-unusable',
  ImageKeyNotAccessible: 'key-unusable',
  RoleNotAuthorized: 'role-rights',
  TokenExpired: 'internal',
  CopyOptionGroupMissing: 'option-group',
  CopyImageNotFound: 'image-not-allowed',
  PackDamaged: 'pack-damaged',
  StoreUnavailable: 'store-unavailable',
  DiskFull: 'disk-full',
  ManifestDamaged: 'manifest-damaged',
  KeyUnusable: 'key-unusable',
  RestoreTargetInvalid: 'restore-target',
  RestoreMetadataInvalid: 'restore-metadata',
  Internal: 'internal',
}

/** Every parameter a failure may have. */
const PARAMETERS = {
  ...{ parameter: 'MaxResults', reason: 'it is too large', name: 'my-vault', token: 'T-1' },
  ...{ arn: 'arn:aws:backup:eu-west-1:123456789012:recovery-point:A1', jobId: 'A-1' },
  ...{ status: 'EXPIRED', kind: 'copy', state: 'COMPLETED', key: 'copyhold:path', path: '/x' },
  ...{
    type: 'RDS',
    region: 'eu-west-1',
    sourceRegion: 'eu-west-1',
    destinationRegion: 'us-east-1',
  },
  ...{ options: 'TDE', image: 'ami-1', days: 7, daysMin: 7, since: 'x', until: 'x' },
  ...{ pack: 'ab', vaultArn: 'arn:v', keyArn: 'arn:k' },
  ...{ principalArn: 'arn:u', action: 'backup:StartCopyJob', resource: 'arn:r' },
  ...{ source: 'identity-based policy', explicit: false },
}

test('a way to mend it is a sentence and what to paste, and nothing that is not printed', () => {
  for (const { id, fixes } of ARTICLES) {
    for (const fix of fixes(filler({}))) {
      const others = Object.keys(fix).filter((key) => key !== 'do' && key !== 'paste')
      assert.deepEqual(others, [], id)
      assert.match(fix.do, /^[A-Z].*[.:]$/, `${id}: ${fix.do}`)
    }
  }
})

test('every failure, as our server tells it, finds its article with what the message names', () => {
  for (const [code, id] of Object.entries(SAMPLES)) {
    const failure = { ...PARAMETERS, code } as unknown as Failure
    const { message } = failureText(failure)
    for (const text of [message, jobStatusMessage(failure, 'copy')]) {
      if (id !== '') assert.equal(matchMessage(text)?.article.id, id, text)
    }
  }
  const named = matchMessage('Pack 0a1b of backup vault arn:v is damaged')
  assert.deepEqual({ ...named?.facts }, { pack: '0a1b', sourceVaultArn: 'arn:v' })
})

test('what nobody knows has no article', () => {
  for (const text of ['', 'hello', 'Copy', 'all is well with it']) {
    assert.equal(matchMessage(text), undefined, text)
  }
})

test('names are unique, and every article says what helps', () => {
  assert.equal(new Set(ARTICLES.map(({ id }) => id)).size, ARTICLES.length)
  for (const article of ARTICLES) {
    assert.ok(article.texts.length > 0 || (article.like?.length ?? 0) > 0, article.id)
    const filled = fillArticle(article, {})
    assert.ok(filled.fixes.length > 0, article.id)
    assert.doesNotMatch(printArticle(filled), /undefined|\{\w+\}/, article.id)
  }
})

test('facts stand where placeholders stood', () => {
  const article = matchMessage('Access Denied trying to call AWS Backup service')?.article
  assert.ok(article)
  const text = printArticle(fillArticle(article, { roleArn: 'arn:role', sourceAccount: '1' }))
  assert.match(text, /"aws:PrincipalArn": "arn:role"/)
  assert.match(text, /<destination-vault>/)
})

test('docs/failures.md is what the catalogue says', () => {
  const file = new URL('../../../docs/failures.md', import.meta.url)
  if (process.env.UPDATE === '1') writeFileSync(file, failuresPage())
  assert.equal(readFileSync(file, 'utf8'), failuresPage(), 'UPDATE=1 writes it anew')
})
