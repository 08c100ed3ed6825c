// Every failure in AWS's words: the error a request gets, and the StatusMessage of a job. Where
// AWS publishes a text it stands here letter for letter (marked "AWS"); elsewhere the sentence is
// ours, in the family of AWS's, and names the value at fault. Callers match on the shape.

import type { Failure, JobKind, PublishedFailureCode } from '../model/index.ts'
import type { ErrorShape } from './error-shape.ts'
import { PUBLISHED_SHAPE, PUBLISHED_TEXTS } from './published-texts.ts'

/** An error as a client sees it. */
export interface FailureText {
  readonly shape: ErrorShape
  readonly message: string
  /** AWS's internal number, where it is publicly known. */
  readonly code?: string
  /** Members of the shape beyond Code, Message, Type and Context. */
  readonly members?: Readonly<Record<string, string>>
}

/** The error that answers a request refused for `failure`. */
export function failureText(failure: Failure): FailureText {
  const { code } = failure
  const shape = isPublished(code) ? PUBLISHED_SHAPE : SHAPES[code]
  const text = { shape, message: sentence(failure) }
  switch (failure.code) {
    case 'BackupVaultNotEmpty':
      return { ...text, code: 'ERROR_9101' }
    case 'NotInOrganization':
      return { ...text, code: 'ERROR_9601' }
    case 'BackupVaultExists':
      return {
        ...text,
        members: {
          ...(failure.creatorRequestId ? { CreatorRequestId: failure.creatorRequestId } : {}),
          Arn: failure.arn,
        },
      }
    default:
      return text
  }
}

/** The StatusMessage of a job of that kind which ended with `failure`. */
export function jobStatusMessage(failure: Failure, kind: JobKind): string {
  // AWS publishes a sentence of its own for copies.
  if (failure.code === 'Internal' && kind === 'copy') return 'Copy job encountered a fatal error.'
  return sentence(failure)
}

function sentence(failure: Failure): string {
  if (isPublished(failure.code)) return PUBLISHED_TEXTS[failure.code]
  // The record below pairs each code with a function of exactly that failure.
  return (SENTENCES[failure.code as OtherCode] as (failure: Failure) => string)(failure)
}

type OtherCode = Exclude<Failure['code'], PublishedFailureCode>

function isPublished(code: Failure['code']): code is PublishedFailureCode {
  return Object.hasOwn(PUBLISHED_TEXTS, code)
}

type Sentences = {
  readonly [Code in OtherCode]: (failure: Extract<Failure, { code: Code }>) => string
}

const SENTENCES: Sentences = {
  InvalidParameter: ({ parameter, reason }) => `Invalid value for ${parameter}: ${reason}`,
  MissingParameter: ({ parameter }) => `Missing required parameter ${parameter}`,
  NextTokenInvalid: () =>
    'Invalid value for NextToken: it does not continue a list with these filters',
  IdempotencyConflict: ({ token }) =>
    `IdempotencyToken ${shown(token)} was already used with other parameters`,
  TagsInvalid: ({ reason }) => `Invalid tags: ${reason}`,
  // AWS.
  InsufficientPrivileges: () => 'Insufficient privileges to perform this action.',
  NotAuthorized: (denial) =>
    `User: ${denial.principalArn} is not authorized to perform: ${denial.action} ` +
    `on resource: ${shown(denial.resource)} ${whyDenied(denial)}`,
  CrossAccountPassRole: () => 'Cross-account pass role is not allowed.',
  VaultPolicyCrossAccount: () =>
    'The specified policy cannot be added to the vault due to cross-account sharing ' +
    "restrictions. Amend the policy or the vault's settings, then retry request",
  RoleUnusable: ({ arn }) => `IAM Role ${shown(arn)} cannot be assumed by AWS Backup`,

  // AWS, but for the sentences that name what does not exist or who is busy.
  BackupVaultNameInvalid: ({ name }) => `Backup vault name ${shown(name)} is not valid`,
  BackupVaultExists: () => 'Backup vault with the same name already exists',
  QuotaReached: ({ of, most }) => `The limit of ${most} ${of} has been reached`,
  BackupVaultNotEmpty: () => 'Backup vault cannot be deleted because it contains recovery points.',
  BackupVaultDoesNotExist: ({ name }) => `Backup vault ${shown(name)} does not exist`,
  BackupVaultBusy: ({ name }) => `Backup vault ${shown(name)} is in use by jobs`,
  BackupJobVaultDoesNotExist: ({ arn }) =>
    `Backup job failed because backup vault ${arn} does not exist.`,
  CopyJobVaultDoesNotExist: ({ arn }) =>
    `Copy job failed because backup vault ${arn} does not exist.`,

  // Ours, in the family "Cannot find recovery point".
  RecoveryPointNotFound: ({ arn }) => `Cannot find recovery point ${shown(arn)}`,
  RecoveryPointGone: ({ arn }) => `Cannot find recovery point ${shown(arn)}`,
  // AWS, both.
  CopyOptionGroupMissing: ({ options }) =>
    `The snapshot requires a target option group with the following options: ${options}`,
  CopyImageNotFound: ({ image }) => `Source AMI ${image} not found in Region.`,
  VaultPolicyNotFound: ({ name }) => `Cannot find an access policy of backup vault ${shown(name)}`,
  RecoveryPointStateInvalid: ({ arn, status }) => `Recovery point ${arn} is in the state ${status}`,
  RecoveryPointBusy: ({ arn, jobId }) => `Recovery point ${arn} is in use by job ${jobId}`,
  RecoveryPointUnconfirmed: ({ arn }) =>
    `Recovery point ${arn} was found without its facts when the catalog was rebuilt. Confirm it ` +
    'before it is deleted: POST /_copyhold/vaults/NAME/points/ARN/confirm',
  ContinuousRecoveryPoint: ({ arn }) =>
    `Recovery point ${arn} is continuous and does not support on-demand copies`,
  ColdRecoveryPoint: ({ arn }) => `Recovery point ${arn} is in cold storage and cannot be copied`,

  // AWS.
  UnsupportedResourceType: ({ arn }) => `Unsupported resource type: ${shown(arn)}`,
  TaggingUnsupported: ({ arn }) => `Unsupported resource type: ${shown(arn)}`,
  ResourceNotFound: ({ arn }) => `Resource ${shown(arn)} does not exist`,
  ResourceNotRegistered: ({ arn }) =>
    `Resource ${shown(arn)} is not registered here in this account and Region. Register its ` +
    'folder with `copyhold resource add directory PATH`, or declare it under `resources` in the ' +
    "server's configuration",
  ResourceUnavailable: ({ arn, reason }) => `Resource ${arn} is not available: ${reason}`,

  NotInOrganization: () => 'Your account is not a member of an organization.', // AWS.
  NotManagementAccount: ({ account }) =>
    `Only the management account of the organization, ${account}, can change its settings`,
  ResourceTypeOptedOut: ({ type, region }) =>
    `${type} is not opted in to be backed up in ${region}. Opt in with UpdateRegionSettings`,

  JobNotFound: ({ kind, jobId }) => `Cannot find ${kind} job with ID ${shown(jobId)}`,
  JobNotStoppable: ({ jobId, state }) =>
    `Backup job ${jobId} cannot be stopped in the state ${state}`,
  StoppedByUser: () => 'Backup job was stopped by user.', // AWS.
  BackupJobExpired: () => 'Backup job expired before completion.', // AWS.
  // AWS, both.
  CopyJobAccessDenied: () => 'Access Denied trying to call AWS Backup service',
  CopyTypeUnsupported: ({ type, sourceRegion, destinationRegion }) =>
    `Copy job from ${sourceRegion} to ${destinationRegion} cannot be initiated for ${type} ` +
    'resources. Feature is not supported for provided resource type.',

  // AWS, the first two.
  LifecycleDeleteAfterOutOfRange: () =>
    'Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days',
  LifecycleTooClose: () =>
    'Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from ' +
    'MoveToColdStorageAfterDays',
  LifecycleMoveToColdInvalid: () =>
    'Invalid lifecycle. MoveToColdStorageAfterDays cannot be less than 1 or more than 36500 days',
  LifecycleDeleteAfterEventGiven: () =>
    'Invalid lifecycle. DeleteAfterEvent is not valid as an input',
  LifecycleMoveToColdTooSoon: ({ daysMin }) =>
    `Invalid lifecycle. MoveToColdStorageAfterDays cannot be less than ${daysMin} days for a ` +
    'recovery point of this age',
  LifecycleColdFrozen: ({ days }) =>
    `Invalid lifecycle. MoveToColdStorageAfterDays cannot be changed from ${days} days after the ` +
    'recovery point has moved to cold storage',
  LifecycleContinuous: ({ arn }) =>
    `The lifecycle of continuous recovery point ${arn} cannot be changed`,
  BackupVaultLockInForce: ({ name, since }) =>
    `The lock of backup vault ${name} cannot be changed or removed since ${since}`,
  RecoveryPointLocked: ({ arn, name, until }) =>
    `Recovery point ${arn} cannot be deleted or changed: backup vault ${name} is locked and ` +
    `keeps it ${until}`,
  VaultKeyPinned: ({ keyArn, name }) =>
    `Key ${keyArn} is pinned by the locked backup vault ${name}`,

  StoreUnavailable: ({ region }) =>
    `The store of ${region} cannot be used now. Nothing was made; try again when its operator ` +
    'has put it back',
  DiskFull: ({ of }) =>
    `The disk of ${of} is full, and this request needs room there. Delete recovery points, which ` +
    'needs none, or have its operator free space, and try again',
  ManifestDamaged: ({ arn }) => `The manifest of recovery point ${shown(arn)} is damaged`,
  PackDamaged: ({ pack, vaultArn, unwritten }) =>
    `Pack ${pack} of backup vault ${vaultArn} is damaged${unwritten ? `. ${unwritten}` : ''}`,
  // AWS, all three.
  KeyUnusable: ({ problem }) => {
    if (problem === 'missing') return 'Given key ID does not exist'
    if (problem === 'inaccessible') return 'Given key ID is not accessible'
    return 'KMS key is either disabled or pending deletion or access to KMS key is denied'
  },
  RestoreTargetInvalid: ({ path, reason }) => `Cannot restore into ${shown(path)}: ${reason}`,
  RestoreMetadataInvalid: ({ key, reason }) => `Invalid restore metadata ${shown(key)}: ${reason}`,
  // AWS; what went wrong inside is for the log.
  Internal: () => 'An internal error occurred.',
}

const SHAPES: Readonly<Record<OtherCode, ErrorShape>> = {
  InvalidParameter: 'InvalidParameterValueException',
  MissingParameter: 'MissingParameterValueException',
  NextTokenInvalid: 'InvalidParameterValueException',
  IdempotencyConflict: 'InvalidParameterValueException',
  TagsInvalid: 'InvalidParameterValueException',
  InsufficientPrivileges: 'AccessDeniedException',
  NotAuthorized: 'AccessDeniedException',
  CrossAccountPassRole: 'AccessDeniedException',
  VaultPolicyCrossAccount: 'InvalidParameterValueException',
  VaultPolicyNotFound: 'ResourceNotFoundException',
  RoleUnusable: 'InvalidParameterValueException',
  BackupVaultNameInvalid: 'InvalidParameterValueException',
  BackupVaultExists: 'AlreadyExistsException',
  QuotaReached: 'LimitExceededException',
  BackupVaultNotEmpty: 'InvalidRequestException',
  BackupVaultDoesNotExist: 'ResourceNotFoundException',
  BackupVaultBusy: 'InvalidRequestException',
  BackupJobVaultDoesNotExist: 'ResourceNotFoundException',
  CopyJobVaultDoesNotExist: 'ResourceNotFoundException',
  RecoveryPointNotFound: 'ResourceNotFoundException',
  RecoveryPointGone: 'ResourceNotFoundException',
  CopyOptionGroupMissing: 'InvalidRequestException',
  CopyImageNotFound: 'ResourceNotFoundException',
  RecoveryPointStateInvalid: 'InvalidRequestException',
  RecoveryPointBusy: 'InvalidResourceStateException',
  RecoveryPointUnconfirmed: 'InvalidResourceStateException',
  ContinuousRecoveryPoint: 'InvalidRequestException',
  ColdRecoveryPoint: 'InvalidRequestException',
  UnsupportedResourceType: 'InvalidParameterValueException',
  TaggingUnsupported: 'InvalidParameterValueException',
  ResourceNotFound: 'ResourceNotFoundException',
  ResourceNotRegistered: 'ResourceNotFoundException',
  NotInOrganization: 'InvalidRequestException',
  NotManagementAccount: 'InvalidRequestException',
  ResourceTypeOptedOut: 'InvalidParameterValueException',
  ResourceUnavailable: 'InvalidParameterValueException',
  JobNotFound: 'ResourceNotFoundException',
  JobNotStoppable: 'InvalidRequestException',
  StoppedByUser: 'InvalidRequestException',
  BackupJobExpired: 'InvalidRequestException',
  CopyJobAccessDenied: 'AccessDeniedException',
  CopyTypeUnsupported: 'InvalidRequestException',
  LifecycleDeleteAfterOutOfRange: 'InvalidParameterValueException',
  LifecycleTooClose: 'InvalidParameterValueException',
  LifecycleMoveToColdInvalid: 'InvalidParameterValueException',
  LifecycleDeleteAfterEventGiven: 'InvalidParameterValueException',
  LifecycleMoveToColdTooSoon: 'InvalidParameterValueException',
  LifecycleColdFrozen: 'InvalidParameterValueException',
  LifecycleContinuous: 'InvalidRequestException',
  BackupVaultLockInForce: 'InvalidRequestException',
  RecoveryPointLocked: 'InvalidRequestException',
  VaultKeyPinned: 'InvalidRequestException',
  StoreUnavailable: 'ServiceUnavailableException',
  DiskFull: 'ServiceUnavailableException',
  ManifestDamaged: 'ServiceUnavailableException',
  PackDamaged: 'ServiceUnavailableException',
  KeyUnusable: 'InvalidParameterValueException',
  RestoreTargetInvalid: 'InvalidParameterValueException',
  RestoreMetadataInvalid: 'InvalidParameterValueException',
  Internal: 'ServiceUnavailableException',
}

/** As AWS ends its denials (IAM user guide, "Troubleshoot access denied error messages"). */
function whyDenied({
  source,
  explicit,
  action,
}: Extract<Failure, { code: 'NotAuthorized' }>): string {
  if (!explicit) return `because no ${source} allows the ${action} action`
  // A role has just one.
  if (source === 'role trust policy') return `with an explicit deny in the ${source}`
  return `with an explicit deny in ${source === 'identity-based policy' ? 'an' : 'a'} ${source}`
}

/** What a client sent, cut to a length fit for a message. */
function shown(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`
}

const SHOWN_LENGTH_MAX = 512
