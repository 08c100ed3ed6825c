// Who keeps a pack.
import type { JobId, PackName, VaultId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import type { PointRow } from './rows.ts'
import type { ReadTx, Tx } from './transaction.ts'

const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}
interface Of {
  readonly vaultId: VaultId
  readonly jobId: JobId
}
/** A pack a job is about to put. */
export interface PackToPut {
  readonly name: PackName
  readonly sizeBytes: number
}
/** A pack that is durable in the store. */
export interface ArrivedPack extends PackToPut {
  readonly crc32: number
  /** Its data key under the vault key, where a later attempt needs it. */
  readonly sealedKey?: Uint8Array | undefined
}
/** What a job may do about a pack: put it, rely on it, or ask again later. */
export type PackTurn = 'put' | 'live' | 'wait'
/** A pack a job put earlier. */
export interface OwnPack {
  readonly name: PackName
  readonly sizeBytes: number
  readonly crc32: number
  readonly sealedKey: Uint8Array
}
/** Adds the job's use of the vault and says which packs are there; those absent are missing. */
export async function plan(
  tx: Tx,
  of: Of & { readonly names: readonly PackName[] },
): Promise<Map<PackName, 'live' | 'wait'>> {
  return notYet(tx, of)
}
/** From here until its end no pack the job meets in the vault is deleted. Again is fine. */
export async function addUse(tx: Tx, of: Of): Promise<void> {
  notYet(tx, of)
}
/** Ends all uses of the job (`jobs.finish` does it too). */
export async function dropUses(tx: Tx, jobId: JobId): Promise<void> {
  notYet(tx, jobId)
}
/** The jobs that use the vault. */
export async function users(tx: ReadTx, vaultId: VaultId): Promise<JobId[]> {
  return notYet(tx, vaultId)
}
/** Takes packs to put, or says why not. Throws LeaseLost, VaultGone. */
export async function claim(
  tx: Tx,
  of: Of & { readonly fence: number; readonly now: Instant; readonly packs: readonly PackToPut[] },
): Promise<Map<PackName, PackTurn>> {
  return notYet(tx, of)
}
/** The packs are durable in the store: live from now on. Throws LeaseLost if taken over. */
export async function arrived(
  tx: Tx,
  of: Of & { readonly packs: readonly ArrivedPack[] },
): Promise<void> {
  notYet(tx, of)
}
/** Packs with a sealed key that earlier attempts of this job put. */
export async function ofJob(tx: Tx, of: Of): Promise<OwnPack[]> {
  return notYet(tx, of)
}
/** Adds the point and the packs it names, all of which must be live. Throws VaultGone. */
export async function recordPoint(
  tx: Tx,
  of: { readonly point: PointRow; readonly names: readonly PackName[] },
): Promise<void> {
  notYet(tx, of)
}
/** Condemns up to 1,000 packs that no point names; call again while `more`. */
export async function sweepBegin(
  tx: Tx,
  vaultId: VaultId,
): Promise<{ generation: number; condemned: number; more: boolean }> {
  return notYet(tx, vaultId)
}
/** Whether no use is older than the generation, so that its packs may be taken. */
export async function sweepReady(
  tx: ReadTx,
  vaultId: VaultId,
  generation: number,
): Promise<boolean> {
  return notYet(tx, vaultId, generation)
}
/** Up to 1,000 packs to delete from the store, then `sweepGone` them; until it answers none. */
export async function sweepTake(tx: Tx, vaultId: VaultId, generation: number): Promise<PackName[]> {
  return notYet(tx, vaultId, generation)
}
/** These are gone from the store. */
export async function sweepGone(
  tx: Tx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<void> {
  notYet(tx, vaultId, names)
}
/** Which of these names the catalog knows, in any state: the rest are nobody's objects. */
export async function known(
  tx: ReadTx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<Set<PackName>> {
  return notYet(tx, vaultId, names)
}
/** Marks a pack whose bytes are not what its name says. */
export async function markDamaged(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly name: PackName; readonly now: Instant },
): Promise<void> {
  notYet(tx, of)
}
/** Which of these packs are marked damaged. */
export async function damaged(
  tx: ReadTx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<Set<PackName>> {
  return notYet(tx, vaultId, names)
}
/** Clears up to 1,000 sealed keys of ended jobs; false when more are left. */
export async function forgetKeys(tx: Tx): Promise<boolean> {
  return notYet(tx)
}
