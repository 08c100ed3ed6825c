// Faults that somebody raises on purpose in development: which there are, which jobs they strike,
// and what a struck job ends with. Their names are those by which `copyhold explain` knows the
// failures, or the failures' own codes. Pure.

import type { Failure } from './failure.ts'
import type { JobKind } from './job.ts'
import { PUBLISHED_FAILURES, type PublishedFailureCode } from './published-failure.ts'

/** What of a job a fault may look at. */
export interface FaultedJob {
  readonly kind: JobKind
  readonly account: string
  readonly region: string
  readonly vaultName?: string | undefined
  readonly vaultArn?: string | undefined
  readonly destinationVaultArn?: string | undefined
  readonly resourceArn?: string | undefined
  readonly resourceType?: string | undefined
  readonly sourcePointArn?: string | undefined
  readonly iamRoleArn?: string | undefined
}

/** Which jobs are struck: those that fit every member that is there. */
export interface FaultMatch {
  readonly kind?: FaultKind
  /** Name or ARN of the vault that is read or written. */
  readonly vault?: string
  readonly resource?: string
  readonly type?: string
}

/** The kinds of job that can be struck. */
export type FaultKind = 'backup' | 'copy' | 'restore' | 'cool' | 'expire'

/** A fault as it is asked for. */
export interface Fault {
  readonly name: string
  readonly match: FaultMatch
  /** How many attempts it strikes before it is over; absent: until it is cleared. */
  readonly times?: number
  /** How long `slow` makes a job wait. */
  readonly seconds?: number
}

/** Not failures: the world fails and the job tries again, or the job only takes its time. */
export const TROUBLE = 'trouble'
export const SLOW = 'slow'

type Raise = (job: FaultedJob) => Failure

const published = (code: PublishedFailureCode): Raise => {
  return () => ({ code })
}

/** By the name of the article that explains it; further texts of one article have a suffix. */
const NAMED: Readonly<Record<string, Raise>> = {
  'retention-out-of-range': published('CopyRetentionOutOfRange'),
  'backup-lifecycle-range': published('BackupRetentionOutOfRange'),
  'not-one-organization': published('CopyOrganizationsDiffer'),
  'cross-account-off': published('CopyCrossAccountDisabled'),
  'destination-policy': () => ({ code: 'CopyJobAccessDenied' }),
  'destination-default-key': published('CopyDestinationKeyManaged'),
  'source-managed-key': published('CopySourceKeyManaged'),
  'source-managed-key-ebs': published('CopySourceKeyManagedEbs'),
  'key-unusable': () => ({ code: 'KeyUnusable', keyArn: 'any', reason: 'raised on purpose' }),
  'key-not-accessible': published('KeyNotAccessible'),
  'key-does-not-exist': published('KeyDoesNotExist'),
  'image-key-not-accessible': published('ImageKeyNotAccessible'),
  'type-unsupported': ({ resourceType = 'EFS', region, destinationVaultArn }) => ({
    code: 'CopyTypeUnsupported',
    type: resourceType,
    sourceRegion: region,
    destinationRegion: destinationVaultArn?.split(':')[3] ?? region,
  }),
  'too-many-jobs': published('CopyTooManyJobs'),
  'role-tag-rights': published('CopyTagsUnreadable'),
  'too-many-tags': published('CopyTooManyTags'),
  'tags-not-copied': published('CopyTagsPointUnavailable'),
  'tags-not-copied-internal': published('CopyTagsInternal'),
  'option-group': () => ({ code: 'CopyOptionGroupMissing', options: 'TDE' }),
  'marketplace-image': published('CopyMarketplaceImage'),
  'storage-gateway-key': published('CopyGatewayVaultKey'),
  'image-not-allowed': () => ({ code: 'CopyImageNotFound', image: 'ami-0123456789abcdef0' }),
  'sharing-revoked': published('CopyStorageDenied'),
  internal: () => ({ code: 'Internal', reason: 'raised on purpose' }),
  'internal-support': published('CopyFatalSupport'),
  'token-expired': published('TokenExpired'),
  'role-not-assumable': ({ iamRoleArn = '' }) => ({ code: 'RoleUnusable', arn: iamRoleArn }),
  'role-rights': published('RoleNotAuthorized'),
  'recovery-point-gone': ({ sourcePointArn = '' }) => ({
    code: 'RecoveryPointGone',
    arn: sourcePointArn,
  }),
  'destination-vault-missing': ({ kind, vaultArn = '', destinationVaultArn = vaultArn }) =>
    kind === 'copy'
      ? { code: 'CopyJobVaultDoesNotExist', arn: destinationVaultArn }
      : { code: 'BackupJobVaultDoesNotExist', arn: destinationVaultArn },
  'pack-damaged': ({ vaultArn = '' }) => ({
    code: 'PackDamaged',
    pack: '0'.repeat(64),
    vaultArn,
  }),
  'manifest-damaged': ({ sourcePointArn = '' }) => ({
    code: 'ManifestDamaged',
    arn: sourcePointArn,
  }),
  'resource-missing': ({ resourceArn = '' }) => ({
    code: 'ResourceNotRegistered',
    arn: resourceArn,
  }),
  'resource-unavailable': ({ resourceArn = '' }) => ({
    code: 'ResourceUnavailable',
    arn: resourceArn,
    reason: 'raised on purpose',
  }),
  'restore-target': () => ({
    code: 'RestoreTargetInvalid',
    path: '/any',
    reason: 'raised on purpose',
  }),
  'restore-metadata': () => ({
    code: 'RestoreMetadataInvalid',
    key: 'copyhold:path',
    reason: 'raised on purpose',
  }),
  'running-backup': published('BackupResourceBusy'),
  expired: () => ({ code: 'BackupJobExpired' }),
}

/** Every name a fault can have. */
export const FAULT_NAMES: readonly string[] = [...Object.keys(NAMED), TROUBLE, SLOW]

/** What a struck job ends with; undefined for `trouble` and `slow`, which end none. */
export function faultFailure(name: string, job: FaultedJob): Failure | undefined {
  if (isPublished(name)) return { code: name }
  return Object.hasOwn(NAMED, name) ? NAMED[name]?.(job) : undefined
}

function isPublished(name: string): name is PublishedFailureCode {
  return Object.hasOwn(PUBLISHED_FAILURES, name)
}

/** Whether a fault strikes this job. */
export function strikes(match: FaultMatch, job: FaultedJob): boolean {
  const { kind, vault, resource, type } = match
  const vaults = [job.vaultName, job.vaultArn, job.destinationVaultArn]
  const named = job.destinationVaultArn?.split(':').at(-1)
  return (
    (kind === undefined || kind === job.kind) &&
    (vault === undefined || [...vaults, named].includes(vault)) &&
    (resource === undefined || resource === job.resourceArn) &&
    (type === undefined || type === job.resourceType)
  )
}
