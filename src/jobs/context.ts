// What a job may reach: handed in by the assembly, so that a job opens no file and reads no clock
// of its own. Holds no rule.

import type { Identities } from '../access/index.ts'
import type { Catalog, VaultRow } from '../catalog/index.ts'
import type { Driver } from '../drivers/index.ts'
import type { KeyService } from '../keys/index.ts'
import type {
  JobId,
  JobProgress,
  RegionName,
  VaultDeletionPermit,
  VaultId,
} from '../model/index.ts'
import type { CurrentKey, OpenVault, PackPlace } from '../vault/index.ts'
import type { Clock, Log, Random, Room } from '../world/index.ts'
import type { RestoreRoots } from './restore-place.ts'
import type { Admission, Throttle } from './throttle.ts'

export interface JobContext {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly keys: KeyService
  readonly vaults: VaultFiles
  /** Who exists and what they may. */
  readonly identities: Identities
  /** Writes what must outlive the catalog. */
  readonly facts: DurableFacts
  /** How much room there is; absent where nobody asks. */
  readonly rooms?: Rooms
  /** Limits on how fast is written; absent where nothing is limited. */
  readonly throttle?: Throttle
  readonly drivers: Readonly<Record<string, Driver>>
  /** Whether faults that somebody raised on purpose strike; only in development. */
  readonly raisesFaults?: boolean
  /** Whether the Region has a cold store; without the question, every one has. */
  hasColdStore?(region: RegionName): boolean
  /** Folders that restores may write into or below. */
  readonly restoreRoots: RestoreRoots
  /** Tells whoever watches how far a job is; may be called often. */
  report(jobId: JobId, progress: JobProgress): void
}

/** Who can say how much room there is; undefined: nobody can. */
interface Rooms {
  ofCatalog(): Room | undefined
  ofStore(vault: Pick<VaultRow, 'region' | 'type'>): Room | undefined
}

/** Facts of a vault, waited for. */
export interface DurableFacts {
  /**
   * All that was noted of the vault before the call is durable in its store when this resolves.
   * Throws an Answer when the vault's key is gone, and Trouble.
   */
  durable(vaultId: VaultId): Promise<void>
}

/** A vault's files, in whatever store its Region has. */
export interface VaultFiles {
  /** Writes the first vault record. Repeating it is harmless. */
  create(vault: VaultRow, chunkingKey: Uint8Array): Promise<void>
  /**
   * Reads the vault's record and unwraps its key. Throws an Answer when the key is gone. What is
   * written to the vault opened goes through `admission`.
   */
  open(vault: VaultRow, admission?: Admission): Promise<OpenVault>
  /** Writes the next vault record. Throws as `rotateVaultKey` of the vault room. */
  rotateKey(vault: VaultRow, keyArn?: string): Promise<CurrentKey>
  /** Where its files lie: for what needs no key. */
  storeOf(vault: VaultRow): Promise<PackPlace['store']>
  /** Throws Trouble when its store is not the catalog's own any more; absent: it is. */
  confirm?(vault: VaultRow): Promise<void>
  /** Deletes everything the vault has in its store. */
  remove(vault: VaultRow, permit: VaultDeletionPermit): Promise<void>
}
