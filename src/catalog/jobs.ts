// Jobs.
import type {
  AccountId,
  Failure,
  JobId,
  JobKind,
  JobProgress,
  PointId,
  RegionName,
  VaultId,
} from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import type { Listed, Page } from './page.ts'
import type { Claim, JobRow, NewJob } from './rows.ts'
import type { ReadTx, Tx } from './transaction.ts'

const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}
/** What an idempotent request leaves, so that its repetition gets the same answer. */
export interface Idempotency {
  readonly operation: string
  readonly token: string
  readonly requestHash: string
  /** The answer as plain JSON. */
  readonly answer?: unknown
}
/** What was answered to the first request with a token. */
export interface Answered {
  readonly jobId: JobId
  readonly requestHash: string
  readonly answer: unknown
}
/** Every filter of AWS's ListBackupJobs, ListCopyJobs and ListRestoreJobs; times are exclusive. */
export interface JobFilters {
  readonly resourceArn?: string | undefined
  readonly state?: string | undefined
  readonly createdBefore?: Instant | undefined
  readonly createdAfter?: Instant | undefined
  readonly resourceType?: string | undefined
  readonly completedBefore?: Instant | undefined
  readonly completedAfter?: Instant | undefined
  readonly parentJobId?: string | undefined
  /** Compared without case and `_`. */
  readonly messageCategory?: string | undefined
  readonly vaultName?: string | undefined
  readonly destinationVaultArn?: string | undefined
  readonly sourcePointArn?: string | undefined
}
/** How a job ends. */
export interface JobEnd {
  readonly state: string
  readonly completedAt: Instant
  readonly pointArn?: string | undefined
  readonly failure?: Failure | undefined
  readonly warning?: string | undefined
  readonly messageCategory?: string | undefined
  readonly backupSizeBytes?: number | undefined
  readonly resourceName?: string | undefined
  readonly keyArn?: string | undefined
  readonly progress?: JobProgress | undefined
}
/** Adds a job; throws TokenTaken, or SweepOpen for a second sweep of a vault. */
export async function insert(tx: Tx, job: NewJob, idempotency?: Idempotency): Promise<void> {
  notYet(tx, job, idempotency)
}
/** The answer given to an earlier request with the token. */
export async function findByToken(
  tx: ReadTx,
  of: {
    readonly account: AccountId
    readonly region: RegionName
    readonly operation: string
    readonly token: string
  },
): Promise<Answered | undefined> {
  return notYet(tx, of)
}
/** The job of that id. */
export async function byId(tx: ReadTx, id: JobId): Promise<JobRow | undefined> {
  return notYet(tx, id)
}
/** Jobs of one kind, newest first. */
export async function list(
  tx: ReadTx,
  options: {
    readonly kind: JobKind
    readonly account: AccountId
    readonly region: RegionName
    readonly filters?: JobFilters
    readonly page: Page
  },
): Promise<Listed<JobRow>> {
  return notYet(tx, options)
}
/** How many jobs there are of each kind and state, in all accounts. */
export async function countByState(
  tx: ReadTx,
): Promise<{ kind: JobKind; state: string; count: number }[]> {
  return notYet(tx)
}
/** Jobs that have not ended and work on the vault: from it, into it, or on it. */
export async function openOnVault(
  tx: ReadTx,
  of: {
    readonly vaultId: VaultId
    readonly vaultArn: string
    readonly kinds?: readonly JobKind[] | undefined
  },
): Promise<JobRow[]> {
  return notYet(tx, of)
}
/** Jobs that have not ended and read or delete the point. */
export async function openOnPoint(
  tx: ReadTx,
  of: { readonly pointId: PointId; readonly kinds?: readonly JobKind[] | undefined },
): Promise<JobRow[]> {
  return notYet(tx, of)
}
/** Asks a job to stop: a backup becomes ABORTING. False when it has ended. */
export async function requestStop(
  tx: Tx,
  of: { readonly id: JobId; readonly now: Instant },
): Promise<boolean> {
  return notYet(tx, of)
}
/** Takes the oldest due job that nobody holds, with a higher fence. */
export async function claim(
  tx: Tx,
  by: {
    readonly owner: string
    readonly now: Instant
    readonly leaseMs: number
    readonly kinds: readonly JobKind[]
    /** Jobs not to take: those the owner still has in hand. */
    readonly except?: readonly JobId[]
  },
): Promise<Claim | undefined> {
  return notYet(tx, by)
}
/** Lengthens the lease; `lost` when another took the job. */
export async function renew(
  tx: Tx,
  held: Claim,
  now: Instant,
): Promise<{ readonly stopRequested: boolean } | 'lost'> {
  return notYet(tx, held, now)
}
/** CREATED or PENDING → RUNNING, once; later attempts change nothing. */
export async function start(tx: Tx, held: Claim, now: Instant): Promise<void> {
  notYet(tx, held, now)
}
/** Keeps how far the job is. */
export async function saveProgress(tx: Tx, held: Claim, progress: JobProgress): Promise<void> {
  notYet(tx, held, progress)
}
/** Gives the job back until `dueAt`; its state stays. */
export async function pause(
  tx: Tx,
  held: Claim,
  until: { readonly dueAt: Instant; readonly waitingFor: string },
): Promise<void> {
  notYet(tx, held, until)
}
/** Ends the job for good: drops its uses, releases its lease. */
export async function finish(tx: Tx, held: Claim, end: JobEnd): Promise<void> {
  notYet(tx, held, end)
}
/** Gives the job back, due at once. */
export async function release(tx: Tx, held: Claim, now: Instant): Promise<void> {
  notYet(tx, held, now)
}
/** Ends every lease: for a start at which nobody else can hold one. Answers how many. */
export async function releaseLeases(tx: Tx): Promise<number> {
  return notYet(tx)
}
