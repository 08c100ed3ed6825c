// Goal: every failure has words, and AWS's published ones are AWS's to the letter. The samples are
// a record over all codes, so that a new failure without one does not compile.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure, PublishedFailureCode } from '../model/index.ts'
import { PUBLISHED_FAILURES } from '../model/index.ts'
import { failureText, jobStatusMessage, model } from './index.ts'
import { statusOfShape } from './write-error.ts'

type OtherCode = Exclude<Failure['code'], PublishedFailureCode>
type Samples = { [Code in OtherCode]: Omit<Extract<Failure, { code: Code }>, 'code'> }

const OTHERS: Samples = {
  InvalidParameter: { parameter: 'P', reason: 'R' },
  MissingParameter: { parameter: 'P' },
  InsufficientPrivileges: {},
  NotAuthorized: {
    principalArn: 'U',
    action: 'backup:StartCopyJob',
    resource: 'A',
    source: 'resource-based policy',
    explicit: true,
  },
  CrossAccountPassRole: {},
  VaultPolicyCrossAccount: {},
  VaultPolicyNotFound: { name: 'N' },
  BackupVaultNameInvalid: { name: 'Random Backups' },
  BackupVaultExists: { name: 'N', arn: 'A', creatorRequestId: 'C' },
  QuotaReached: { of: 'backup vaults in R', most: 3 },
  BackupVaultDoesNotExist: { name: 'N' },
  BackupVaultNotEmpty: { name: 'N' },
  BackupVaultBusy: { name: 'N' },
  RecoveryPointNotFound: { arn: 'A' },
  RecoveryPointStateInvalid: { arn: 'A', status: 'DELETING' },
  RecoveryPointBusy: { arn: 'A', jobId: 'J' },
  RecoveryPointUnconfirmed: { arn: 'A' },
  ContinuousRecoveryPoint: { arn: 'A' },
  ColdRecoveryPoint: { arn: 'A' },
  UnsupportedResourceType: { arn: 'A' },
  ResourceNotFound: { arn: 'A' },
  ResourceNotRegistered: { arn: 'A' },
  NotInOrganization: {},
  NotManagementAccount: { account: 'A' },
  ResourceTypeOptedOut: { type: 'EFS', region: 'eu-west-1' },
  ResourceUnavailable: { arn: 'A', reason: 'R' },
  JobNotFound: { kind: 'copy', jobId: 'J' },
  JobNotStoppable: { jobId: 'J', state: 'COMPLETED' },
  IdempotencyConflict: { token: 'T' },
  LifecycleDeleteAfterOutOfRange: {},
  LifecycleTooClose: {},
  LifecycleMoveToColdInvalid: {},
  LifecycleDeleteAfterEventGiven: {},
  LifecycleMoveToColdTooSoon: { daysMin: 7 },
  LifecycleColdFrozen: { days: 7 },
  LifecycleContinuous: { arn: 'A' },
  BackupVaultLockInForce: { name: 'N', since: '2026-01-01' },
  RecoveryPointLocked: { arn: 'A', name: 'N', until: 'for ever' },
  VaultKeyPinned: { keyArn: 'K', name: 'N' },
  NextTokenInvalid: {},
  TagsInvalid: { reason: 'R' },
  TaggingUnsupported: { arn: 'A' },
  RoleUnusable: { arn: 'A' },
  StoppedByUser: {},
  BackupJobExpired: {},
  BackupJobVaultDoesNotExist: { arn: 'A' },
  CopyJobVaultDoesNotExist: { arn: 'A' },
  CopyJobAccessDenied: {},
  CopyTypeUnsupported: { type: 'RDS', sourceRegion: 'us-west-2', destinationRegion: 'us-east-1' },
  RecoveryPointGone: { arn: 'A' },
  CopyOptionGroupMissing: { options: 'TDE' },
  CopyImageNotFound: { image: 'ami-1' },
  StoreUnavailable: { region: 'eu-west-1' },
  DiskFull: { of: 'the catalog' },
  ManifestDamaged: { arn: 'A' },
  PackDamaged: { pack: 'P', vaultArn: 'A' },
  KeyUnusable: { keyArn: 'A', reason: 'R' },
  RestoreTargetInvalid: { path: '/p', reason: 'R' },
  RestoreMetadataInvalid: { key: 'K', reason: 'R' },
  Internal: { reason: 'a secret' },
}

/** Those that AWS publishes without a value in them have none. */
const PUBLISHED = Object.fromEntries(Object.keys(PUBLISHED_FAILURES).map((code) => [code, {}]))
const SAMPLES = { ...OTHERS, ...PUBLISHED } as Readonly<Record<Failure['code'], object>>

const failures = Object.entries(SAMPLES).map(
  ([code, parameters]) => ({ code, ...parameters }) as Failure,
)
const failure = <Code extends Failure['code']>(code: Code) =>
  ({ code, ...SAMPLES[code] }) as unknown as Failure

test('every failure has a shape of AWS, a status and a sentence', () => {
  for (const each of failures) {
    const { shape, message } = failureText(each)
    assert.ok(shape === 'AccessDeniedException' || model.shapes[shape], shape)
    assert.ok(statusOfShape(shape) >= 400)
    assert.match(message, /^[A-Z].{9,}/, each.code)
    assert.doesNotMatch(message, /undefined|\[object/, each.code)
    assert.ok(jobStatusMessage(each, 'copy').length > 9)
  }
})

test('every parameter but secrets and reasons of keys is named', () => {
  const silent = new Set(['Internal', 'KeyUnusable', 'BackupVaultExists', 'BackupVaultNotEmpty'])
  for (const each of failures) {
    if (silent.has(each.code)) continue
    const { message } = failureText(each)
    for (const value of Object.values(SAMPLES[each.code])) {
      if (typeof value === 'boolean') continue
      assert.ok(message.includes(String(value)), `${each.code}: ${message}`)
    }
  }
})

test('what is published is AWS, letter for letter', () => {
  const published: Partial<Record<Failure['code'], string>> = {
    InsufficientPrivileges: 'Insufficient privileges to perform this action.',
    BackupVaultNameInvalid: 'Backup vault name Random Backups is not valid',
    BackupVaultExists: 'Backup vault with the same name already exists',
    BackupVaultNotEmpty: 'Backup vault cannot be deleted because it contains recovery points.',
    UnsupportedResourceType: 'Unsupported resource type: A',
    NotAuthorized:
      'User: U is not authorized to perform: backup:StartCopyJob on resource: A ' +
      'with an explicit deny in a resource-based policy',
    CrossAccountPassRole: 'Cross-account pass role is not allowed.',
    VaultPolicyCrossAccount:
      'The specified policy cannot be added to the vault due to cross-account sharing ' +
      "restrictions. Amend the policy or the vault's settings, then retry request",
    RoleUnusable: 'IAM Role A cannot be assumed by AWS Backup',
    LifecycleDeleteAfterOutOfRange:
      'Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days',
    LifecycleTooClose:
      'Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from ' +
      'MoveToColdStorageAfterDays',
    StoppedByUser: 'Backup job was stopped by user.',
    BackupJobExpired: 'Backup job expired before completion.',
    BackupJobVaultDoesNotExist: 'Backup job failed because backup vault A does not exist.',
    CopyJobAccessDenied: 'Access Denied trying to call AWS Backup service',
    CopyTypeUnsupported:
      'Copy job from us-west-2 to us-east-1 cannot be initiated for RDS resources. ' +
      'Feature is not supported for provided resource type.',
    KeyUnusable: 'KMS key is either disabled or pending deletion or access to KMS key is denied',
    Internal: 'An internal error occurred.',
  }
  for (const [code, text] of Object.entries(published)) {
    assert.equal(failureText(failure(code as Failure['code'])).message, text)
  }
  const internal = failure('Internal')
  assert.equal(jobStatusMessage(internal, 'copy'), 'Copy job encountered a fatal error.')
  assert.equal(jobStatusMessage(internal, 'backup'), 'An internal error occurred.')
})

test('a key that is gone and one that does not open are told apart, in AWS’s words', () => {
  const text = (problem: 'missing' | 'inaccessible') =>
    failureText({ code: 'KeyUnusable', keyArn: 'A', reason: 'R', problem }).message
  assert.equal(text('missing'), 'Given key ID does not exist')
  assert.equal(text('inaccessible'), 'Given key ID is not accessible')
})

test('the known numbers and extra members of AWS are there', () => {
  assert.equal(failureText(failure('BackupVaultNotEmpty')).code, 'ERROR_9101')
  const exists = failureText(failure('BackupVaultExists'))
  assert.deepEqual(exists.members, { CreatorRequestId: 'C', Arn: 'A' })
})

test('a job that ran into what is gone says so in the words of its category', () => {
  assert.match(failureText(failure('RecoveryPointGone')).message, /Cannot find recovery point/)
  assert.match(failureText(failure('CopyJobVaultDoesNotExist')).message, /does not exist/)
})

test('nothing inside is told, and nothing long is repeated', () => {
  assert.doesNotMatch(failureText(failure('Internal')).message, /secret/)
  const long = 'x'.repeat(100_000)
  assert.ok(failureText({ code: 'UnsupportedResourceType', arn: long }).message.length < 1000)
})
