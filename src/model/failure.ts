// What can go wrong, as data. A failure is a code with parameters; only `wire/texts` spells it in
// AWS's words. Three kinds of error exist: an Answer (refuse the request, fail the job), a Trouble
// (the world failed; perhaps later), and a bug (any other exception).

import type { PublishedFailure } from './published-failure.ts'

/** Every failure a request or a job can end with. `wire/texts.ts` has one text for each. */
export type Failure =
  | PublishedFailure
  | { code: 'InvalidParameter'; parameter: string; reason: string }
  | { code: 'MissingParameter'; parameter: string }
  | { code: 'InsufficientPrivileges' }
  | {
      code: 'NotAuthorized'
      principalArn: string
      action: string
      resource: string
      source: DenialSource
      /** A statement says Deny; else it is that none allows. */
      explicit: boolean
    }
  | { code: 'CrossAccountPassRole' }
  | { code: 'VaultPolicyCrossAccount' }
  | { code: 'VaultPolicyNotFound'; name: string }
  | { code: 'BackupVaultNameInvalid'; name: string }
  | { code: 'BackupVaultExists'; name: string; arn: string; creatorRequestId?: string }
  | { code: 'BackupVaultDoesNotExist'; name: string }
  /** `of` is what there would be too many of, such as `backup vaults in eu-west-1`. */
  | { code: 'QuotaReached'; of: string; most: number }
  | { code: 'BackupVaultNotEmpty'; name: string }
  | { code: 'BackupVaultBusy'; name: string }
  | { code: 'RecoveryPointNotFound'; arn: string }
  | { code: 'RecoveryPointStateInvalid'; arn: string; status: string }
  | { code: 'RecoveryPointBusy'; arn: string; jobId: string }
  | { code: 'RecoveryPointUnconfirmed'; arn: string }
  | { code: 'ContinuousRecoveryPoint'; arn: string }
  | { code: 'ColdRecoveryPoint'; arn: string }
  | { code: 'UnsupportedResourceType'; arn: string }
  | { code: 'ResourceNotFound'; arn: string }
  | { code: 'ResourceNotRegistered'; arn: string }
  | { code: 'NotInOrganization' }
  | { code: 'NotManagementAccount'; account: string }
  | { code: 'ResourceTypeOptedOut'; type: string; region: string }
  | { code: 'ResourceUnavailable'; arn: string; reason: string }
  | { code: 'JobNotFound'; kind: 'backup' | 'copy' | 'restore'; jobId: string }
  | { code: 'JobNotStoppable'; jobId: string; state: string }
  | { code: 'IdempotencyConflict'; token: string }
  | { code: 'LifecycleDeleteAfterOutOfRange' }
  | { code: 'LifecycleTooClose' }
  | { code: 'LifecycleMoveToColdInvalid' }
  | { code: 'LifecycleDeleteAfterEventGiven' }
  | { code: 'LifecycleMoveToColdTooSoon'; daysMin: number }
  | { code: 'LifecycleColdFrozen'; days: number }
  | { code: 'LifecycleContinuous'; arn: string }
  | { code: 'BackupVaultLockInForce'; name: string; since: string }
  | { code: 'RecoveryPointLocked'; arn: string; name: string; until: string }
  | { code: 'VaultKeyPinned'; keyArn: string; name: string }
  | { code: 'NextTokenInvalid' }
  | { code: 'TagsInvalid'; reason: string }
  | { code: 'TaggingUnsupported'; arn: string }
  | { code: 'RoleUnusable'; arn: string }
  | { code: 'StoppedByUser' }
  | { code: 'BackupJobExpired' }
  | { code: 'BackupJobVaultDoesNotExist'; arn: string }
  | { code: 'CopyJobVaultDoesNotExist'; arn: string }
  | { code: 'CopyJobAccessDenied' }
  | { code: 'CopyTypeUnsupported'; type: string; sourceRegion: string; destinationRegion: string }
  | { code: 'RecoveryPointGone'; arn: string }
  | { code: 'CopyOptionGroupMissing'; options: string }
  | { code: 'CopyImageNotFound'; image: string }
  /** `unwritten`: what a restore could not bring back because of it, in a sentence. */
  | { code: 'PackDamaged'; unwritten?: string; pack: string; vaultArn: string }
  | { code: 'ManifestDamaged'; arn: string }
  | { code: 'StoreUnavailable'; region: string }
  /** `of` is what lies on the disk, such as `the catalog`. */
  | { code: 'DiskFull'; of: string }
  | { code: 'KeyUnusable'; keyArn: string; reason: string; problem?: 'missing' | 'inaccessible' }
  | { code: 'RestoreTargetInvalid'; path: string; reason: string }
  | { code: 'RestoreMetadataInvalid'; key: string; reason: string }
  | { code: 'Internal'; reason: string }

/** The kinds of policy that can deny, as AWS calls them in its texts. */
export type DenialSource =
  | 'identity-based policy'
  | 'permissions boundary'
  | 'resource-based policy'
  | 'role trust policy'
  | 'service control policy'
  | 'session policy'

/** A request refused or a job failed for a reason that trying again does not mend. */
export class Answer extends Error {
  readonly failure: Failure
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.code} ${JSON.stringify(failure)}`, options)
    this.name = 'Answer'
    this.failure = failure
  }
}

/** What a Trouble is made with, besides what it says to the log. */
interface TroubleOptions extends ErrorOptions {
  readonly retryable: boolean
  /** The same for callers, where the message names what is the server's own, such as a path. */
  readonly told?: string
}

/** The world failed (disk full, I/O error, network): a job tries again later. */
export class Trouble extends Error {
  readonly retryable: boolean
  /** What callers are told: it names no path of the server. */
  readonly told: string
  constructor(message: string, options: TroubleOptions) {
    super(message, options)
    this.name = 'Trouble'
    this.retryable = options.retryable
    this.told = options.told ?? message
  }
}

/** A disk without room: whatever needs some waits until others have made it. */
export class DiskFull extends Trouble {
  /** What lies on the disk, such as `the store of eu-west-1`. */
  readonly of: string
  constructor(of: string, options: ErrorOptions & { readonly detail?: string } = {}) {
    const { detail, ...more } = options
    const told = `the disk of ${of} is full`
    super(detail === undefined ? told : `${told} (${detail})`, { retryable: true, told, ...more })
    this.name = 'DiskFull'
    this.of = of
  }
}

/** Marks a place the compiler has proved cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
