// What an operation may reach. Handed in by the assembly; an operation opens nothing, reads no
// clock of its own and touches no bytes.

import type { Identities } from '../access/index.ts'
import type { Catalog, VaultRow } from '../catalog/index.ts'
import type { FileHold, ProgressBoard } from '../jobs/index.ts'
import type {
  AccountId,
  Failure,
  JobKind,
  Limits,
  Quotas,
  RegionName,
  VaultId,
} from '../model/index.ts'

export interface ApiContext {
  readonly catalog: Catalog
  /** Who exists and what they may. */
  readonly identities: Identities
  /** How much of a thing there may be; absent: as much as is asked for. */
  readonly quotas?: Quotas
  readonly clock: {
    /** Wall time in milliseconds since 1970. */
    now(): number
    /** Resolves after `ms`, or early when `signal` aborts. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>
  }
  readonly random: { bytes(count: number): Uint8Array; uuid(): string }
  /** Where the jobs that run now say how far they are. */
  readonly progress: Pick<ProgressBoard, 'latest'>
  readonly vaultMaker: VaultMaker
  /** What jobs are held to; setting it is durable and holds at once. */
  readonly limits: {
    now(): Limits
    set(limits: Limits): void
    /** Whether the account may set what concerns the jobs of every account. */
    isManager(account: AccountId): boolean
  }
  /**
   * Tells the worker that a job of that kind is due; without a kind, that anything may have to be
   * done: jobs, facts, lifecycles, locks. Harmless when nothing is.
   */
  wake(kind?: JobKind): void
  /** Throws DiskFull where nothing new is taken on for want of room; absent: nobody asks. */
  mustHaveRoom?(): void
  /** Why `path` cannot be backed up from this server; undefined when it can. */
  checkResource(path: string): Promise<Failure | undefined>
  /**
   * What this request has changed of the vault is durable in its store when it resolves, and so
   * outlives the catalog: for what makes a promise stricter. Throws an Answer when the vault's key
   * is gone.
   */
  factsDurable(vaultId: VaultId): Promise<void>
  /** Whether the files of a vault are immutable; undefined while its lock is not in force. */
  fileHold?(vaultId: VaultId): FileHold | undefined
  /** What only a development server can do. */
  readonly dev?: DevPowers
}

/** What only a development server can do. */
export interface DevPowers {
  /** Empties the server. */
  reset(): Promise<void>
  /** How far the one clock is from real time, in milliseconds. */
  clockMovedMs(): number
  /** Moves the clock to so far from real time; resolves when everything goes by it. */
  moveClock(movedMs: number): Promise<void>
}

/** Makes a vault's files. */
export interface VaultMaker {
  /** The key of a vault for which the request names none. */
  defaultKeyArn(owner: { readonly account: AccountId; readonly region: RegionName }): string
  /**
   * Writes the files of a vault whose row is CREATING, durably, and makes the row AVAILABLE.
   * Repeating it is harmless. Throws an Answer when the vault's key cannot be used.
   */
  create(vault: VaultRow): Promise<void>
  /**
   * Gives an AVAILABLE vault its next key, durable when it resolves, under another key of the key
   * service when one is named. Throws an Answer, with nothing changed, when a key cannot be used or
   * another such change is under way.
   */
  rotateKey(vaultId: VaultId, keyArn?: string): Promise<void>
}
