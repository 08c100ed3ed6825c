// The rows of the catalog as the rest of the program sees them. Ids are parsed when they are read,
// so that a damaged catalog is noticed at its door. Times are milliseconds since 1970.

import type {
  AccountId,
  CopyMode,
  Failure,
  JobDetail,
  JobId,
  JobKind,
  JobProgress,
  Lifecycle,
  PointId,
  RegionName,
  ResourceType,
  VaultId,
  VaultLock,
} from '../model/index.ts'
import type { Instant } from '../world/index.ts'

/** A backup vault. One in DELETING is on its way out: its name is free again. */
export interface VaultRow {
  readonly id: VaultId
  readonly account: AccountId
  readonly region: RegionName
  readonly name: string
  readonly arn: string
  /**
   * A cold part holds the files of its vault's points that are in cold storage, in a store of its
   * own; it is told of nowhere, and its points are its vault's.
   */
  readonly type: 'BACKUP_VAULT' | 'COLD_PART'
  readonly state: 'CREATING' | 'AVAILABLE' | 'DELETING'
  readonly keyArn: string
  readonly createdAt: Instant
  readonly creatorRequestId?: string | undefined
  readonly lock?: VaultLock | undefined
  /** Its name was made up, for nothing told it when the catalog was rebuilt. */
  readonly unconfirmed?: true | undefined
  /** How copies come into it, where its owner has said so. */
  readonly copyMode?: CopyMode | undefined
}

/** AWS's RecoveryPointStatus, as far as points of ours have it. */
export type PointStatus = 'COMPLETED' | 'PARTIAL' | 'DELETING' | 'EXPIRED'

/** What the last verification of a point found. */
export interface PointVerification {
  readonly at: Instant
  readonly result: 'WHOLE' | 'DAMAGED'
  /** How many of its vault's packs were read, in percent. */
  readonly samplePercent: number
  /** What is damaged, in a sentence. */
  readonly reason?: string | undefined
}

/** A recovery point. Vault name, ARN, account and Region are its vault's. */
export interface PointRow {
  readonly id: PointId
  readonly arn: string
  readonly vaultId: VaultId
  readonly vaultArn: string
  readonly vaultName: string
  readonly account: AccountId
  readonly region: RegionName
  readonly status: PointStatus
  readonly resourceArn: string
  readonly resourceType: ResourceType
  readonly resourceName?: string | undefined
  readonly iamRoleArn?: string | undefined
  /** When its resource was read: for a copy the source's, not the copy's. */
  readonly createdAt: Instant
  /** When the job that made it was created. */
  readonly initiatedAt: Instant
  readonly completedAt: Instant
  readonly backupSizeBytes: number
  readonly lifecycle?: Lifecycle | undefined
  readonly storageClass: 'WARM' | 'COLD'
  readonly keyArn: string
  readonly sourceVaultArn?: string | undefined
  /** AWS's RecoveryPointCreator; `BackupPlanId` in it is what lists are filtered by. */
  readonly createdBy?: Readonly<Record<string, string>> | undefined
  readonly parentPointArn?: string | undefined
  readonly compositeMember?: string | undefined
  readonly isParent: boolean
  readonly lastRestoredAt?: Instant | undefined
  readonly jobId: JobId
  readonly restoreMetadata: Readonly<Record<string, string>>
  readonly message?: string | undefined
  /** Its manifest was found without a fact when the catalog was rebuilt: it is not deleted. */
  readonly unconfirmed?: true | undefined
  /** Absent: never verified. */
  readonly verification?: PointVerification | undefined
}

/** A job to be made: what the request said, or a job that is over at once (with `completedAt`). */
export interface NewJob {
  readonly id: JobId
  readonly kind: JobKind
  readonly account: AccountId
  readonly region: RegionName
  /** AWS's word for the state, of the job's kind. */
  readonly state: string
  readonly detail: JobDetail
  readonly createdAt: Instant
  readonly startedAt?: Instant | undefined
  /** Set when and only when the job has ended. */
  readonly completedAt?: Instant | undefined
  readonly resourceArn?: string | undefined
  readonly resourceType?: ResourceType | undefined
  readonly resourceName?: string | undefined
  /** The vault of a backup or restore; the source vault of a copy. */
  readonly vaultArn?: string | undefined
  readonly vaultName?: string | undefined
  readonly destinationVaultArn?: string | undefined
  readonly sourcePointArn?: string | undefined
  /** The recovery point the job made. */
  readonly pointArn?: string | undefined
  readonly iamRoleArn?: string | undefined
  readonly keyArn?: string | undefined
  readonly backupSizeBytes?: number | undefined
  readonly parentJobId?: string | undefined
  readonly failure?: Failure | undefined
  readonly warning?: string | undefined
  readonly messageCategory?: string | undefined
  readonly createdBy?: Readonly<Record<string, string>> | undefined
  /** Not claimed before; the time of creation when not said. */
  readonly dueAt?: Instant | undefined
}

/** A job and how its work stands. */
export interface JobRow extends NewJob {
  readonly dueAt: Instant
  readonly progress?: JobProgress | undefined
  /** How often it was claimed. */
  readonly attempt: number
  /** Grows with each claim: who holds an older one has lost the job. */
  readonly fence: number
  readonly leaseOwner?: string | undefined
  readonly leaseUntil?: Instant | undefined
  readonly stopRequested: boolean
  /** Pauses in a row because the world failed, and since when: the engine's back-off. */
  readonly troubles: number
  readonly troubledSince?: Instant | undefined
  /** Attempts that ended in an error nobody foresaw. */
  readonly faults: number
}

/** A job held by lease. Writes made with a claim whose job has gone to another throw LeaseLost. */
export interface Claim {
  readonly job: JobRow
  readonly fence: number
  readonly owner: string
  readonly leaseMs: number
}

/** A resource that can be backed up. */
export interface ResourceRow {
  readonly arn: string
  readonly account: AccountId
  readonly region: RegionName
  readonly type: ResourceType
  readonly name: string
  readonly driver: 'directory'
  readonly config: { readonly path: string }
  readonly createdAt: Instant
}

/** A resource of which recovery points exist, and the newest of them. */
export interface ProtectedResourceRow {
  readonly resourceArn: string
  readonly resourceType: ResourceType
  readonly resourceName?: string | undefined
  readonly lastBackupAt: Instant
  readonly lastVaultArn: string
  readonly lastPointArn: string
}

/** The job has gone to another attempt or has ended: whoever meets this stops without a trace. */
export class LeaseLost extends Error {
  constructor(jobId: string, fence?: number) {
    super(`job ${jobId} is no longer held${fence === undefined ? '' : ` with fence ${fence}`}`)
    this.name = 'LeaseLost'
  }
}

/** A request with this idempotency token has been answered already: read that answer. */
export class TokenTaken extends Error {
  constructor(token: string, options?: ErrorOptions) {
    super(`the idempotency token ${JSON.stringify(token)} is taken`, options)
    this.name = 'TokenTaken'
  }
}

/** A vault of that name exists in the account and Region. */
export class VaultNameTaken extends Error {
  constructor(name: string, options?: ErrorOptions) {
    super(`a vault named ${JSON.stringify(name)} exists`, options)
    this.name = 'VaultNameTaken'
  }
}

/** The vault does not exist or is being deleted: nothing may be put into it. */
export class VaultGone extends Error {
  readonly vaultId: VaultId
  constructor(vaultId: VaultId) {
    super(`vault ${vaultId} does not exist any more`)
    this.name = 'VaultGone'
    this.vaultId = vaultId
  }
}

/** Another sweep of the vault is not over: there is one at a time. */
export class SweepOpen extends Error {
  constructor(options?: ErrorOptions) {
    super('a sweep of this vault is not over', options)
    this.name = 'SweepOpen'
  }
}
