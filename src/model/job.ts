// Jobs: what each kind is asked to do, and what it reports while it runs. Plain data that survives
// JSON, because it lies in the catalog between the request and the worker. States and the moves
// between them are in `job-state.ts`.

import type { CopyMode } from './copy-mode.ts'
import type { PointId, VaultId } from './ids.ts'
import type { Lifecycle } from './lifecycle.ts'

/**
 * `cool` moves a recovery point to cold storage; `expire` and `delete` remove one, `purge` removes
 * a deleted vault's files, `sweep` unneeded packs; `verify` reads a vault through.
 */
export type JobKind =
  | 'backup'
  | 'copy'
  | 'restore'
  | 'cool'
  | 'expire'
  | 'delete'
  | 'purge'
  | 'sweep'
  | 'verify'

export interface BackupDetail {
  readonly kind: 'backup'
  readonly vaultId: VaultId
  /** Drawn with the job, so that a repeated attempt makes the same recovery point. */
  readonly pointId: PointId
  readonly pointArn: string
  /** What the recovery point gets: as requested, without -1. */
  readonly lifecycle?: Lifecycle
  /** End of the start window and of the completion window, milliseconds since 1970. */
  readonly startBy?: number
  readonly completeBy?: number
  readonly tags: Readonly<Record<string, string>>
  readonly backupOptions?: Readonly<Record<string, string>>
  /** Read every file again, whatever the parent says. */
  readonly full?: boolean
}

export interface CopyDetail {
  readonly kind: 'copy'
  readonly sourceVaultId: VaultId
  readonly sourcePointId: PointId
  readonly destinationVaultArn: string
  /** The vault of that name when the copy was asked for: another under its name is another. */
  readonly destinationVaultId?: VaultId
  readonly pointId: PointId
  readonly pointArn: string
  /** How its packs come to the destination; absent in a copy asked for before there were modes. */
  readonly copyMode?: CopyMode
  /** What the request said, unmerged; absent when it said nothing. */
  readonly lifecycle?: Lifecycle
  /** What the recovery point gets of that, its source and its type; absent: kept for ever. */
  readonly pointLifecycle?: Lifecycle
}

export interface RestoreDetail {
  readonly kind: 'restore'
  readonly vaultId: VaultId
  readonly pointId: PointId
  readonly metadata: Readonly<Record<string, string>>
  /** When the recovery point was created, milliseconds since 1970; it may be gone when asked. */
  readonly pointCreatedAt?: number
}

/** The service's own move of a point to cold storage. */
export interface CoolDetail {
  readonly kind: 'cool'
  readonly vaultId: VaultId
  readonly pointId: PointId
}

/** The service's own deletion of a point whose time has come. */
export interface ExpireDetail {
  readonly kind: 'expire'
  readonly vaultId: VaultId
  readonly pointId: PointId
}

export interface DeleteDetail {
  readonly kind: 'delete'
  readonly vaultId: VaultId
  readonly pointId: PointId
}

export interface PurgeDetail {
  readonly kind: 'purge'
  readonly vaultId: VaultId
}

export interface SweepDetail {
  readonly kind: 'sweep'
  readonly vaultId: VaultId
}

export interface VerifyDetail {
  readonly kind: 'verify'
  readonly vaultId: VaultId
  /** How many of the packs to read, in percent: above 0, at most 100. */
  readonly samplePercent: number
}

export type JobDetail =
  | BackupDetail
  | CopyDetail
  | RestoreDetail
  | CoolDetail
  | ExpireDetail
  | DeleteDetail
  | PurgeDetail
  | SweepDetail
  | VerifyDetail

/** How far a job is. Counts only grow within an attempt; sizes in bytes. */
export interface JobProgress {
  /** What the job expects to handle in all, once it knows. */
  readonly bytesTotal?: number
  /** Read from the resource (backup) or the packs (verify), or written to the target (restore). */
  readonly bytesRead: number
  /** Put into the destination vault's store by this job. */
  readonly bytesStored: number
  /** Already in the destination vault. */
  readonly bytesReused: number
  readonly packsStored: number
  readonly packsReused: number
  readonly entries: number
  /** Deleted by a sweep, which alone has these and the next two. */
  readonly packsFreed?: number
  readonly bytesFreed?: number
  /** Sparse packs whose used chunks a sweep put into new ones, and how large they were. */
  readonly packsCompacted?: number
  readonly bytesCompacted?: number
  /** Read through by a verification, and found damaged and left so. */
  readonly packsChecked?: number
  readonly packsDamaged?: number
  /** Damaged ones that were made whole from another vault: by a verification, or for a copy. */
  readonly packsRepaired?: number
  /** Recovery points that a verification looked at, and those that need what is damaged. */
  readonly pointsChecked?: number
  readonly pointsDamaged?: number
  /**
   * Number of the last pack a verification is done with: where it goes on. Below 0 that of one of
   * the vault's cold part, when its own are done.
   */
  readonly checkedThrough?: number
  /** Bytes read until then: what an attempt that goes on begins to count from. */
  readonly checkedBytes?: number
  /** Over the last seconds. */
  readonly bytesPerSecond?: number
  /** Which attempt this is, from 1. */
  readonly attempt: number
  /** What the job waits for, in words that name no path of the server. */
  readonly waitingFor?: string
  /** When the next attempt is made of a job that waits and that nobody has in hand. */
  readonly nextAttemptAt?: number
}
