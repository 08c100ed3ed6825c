// What the two threads of an embedded server say to each other. Bytes never cross: only names,
// counts and requests do.

import type { VaultRow } from '../catalog/index.ts'
import type { DeclaredIdentities } from '../config/index.ts'
import type { FileHold, RestoreRoots } from '../jobs/index.ts'
import type {
  Failure,
  JobId,
  JobKind,
  JobProgress,
  Limits,
  Quotas,
  VaultId,
} from '../model/index.ts'
import type { ClockOffset } from '../world/index.ts'
import type { DataFolder } from './data-folder.ts'

/** How a worker thread is started. */
export interface WorkerSettings {
  readonly data: DataFolder
  readonly restoreRoots: RestoreRoots
  readonly limits: Limits
  readonly quotas: Quotas
  /** Those that are declared, without their keys; absent in `dev`. */
  readonly identities?: DeclaredIdentities
  /** Of the catalog. */
  readonly incarnation: string
  /** Whether the stores are copied and moved with the data folder, as those of `dev`. */
  readonly ownsStores: boolean
  /** Whether faults that were raised on purpose strike. */
  readonly raisesFaults: boolean
  /** Whether files of vaults whose lock is in force are made immutable. */
  readonly holdsFiles: boolean
  /** How far the clock of both threads is moved. */
  readonly clockOffset: ClockOffset
  readonly logLevel: 'info' | 'warn' | 'error' | 'silent'
  /** Names of objects created are appended to this file, for audits of what was put how often. */
  readonly putLog?: string
}

export type ToWorker =
  | { readonly type: 'wake'; readonly kind?: JobKind | undefined }
  | { readonly type: 'limits'; readonly limits: Limits }
  | { readonly type: 'make vault'; readonly call: number; readonly vault: VaultRow }
  | {
      readonly type: 'rotate key'
      readonly call: number
      readonly vaultId: VaultId
      readonly keyArn?: string | undefined
    }
  | { readonly type: 'write facts'; readonly call: number; readonly vaultId: VaultId }
  | { readonly type: 'stop' }

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly jobId: JobId; readonly progress: JobProgress }
  | { readonly type: 'store'; readonly place: string; readonly trouble?: string | undefined }
  | { readonly type: 'held'; readonly vaultId: VaultId; readonly hold: FileHold }
  | { readonly type: 'call done'; readonly call: number; readonly refused?: Failure }
  | { readonly type: 'call failed'; readonly call: number; readonly reason: string }
