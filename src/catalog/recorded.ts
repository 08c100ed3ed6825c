// What recorded points keep: a point is written with the numbers of all packs it names, in one
// value, so that recording a point of thirty thousand packs changes two rows.

import { type RawBuilder, sql } from 'kysely'
import { coldPartOf, type JobId, type PackName } from '../model/index.ts'
import { notePoint } from './fact-due.ts'
import { decodeNumbers, encodeNumbers, NumberSet } from './numbers.ts'
import { mustUse, type PackStanding, revive, rowsOf } from './pack-rows.ts'
import { toPointColumns } from './point-row.ts'
import * as points from './points.ts'
import type { PointRow } from './rows.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { encodeParts, type PackUse, partUsed, WHOLE } from './used-parts.ts'
import { countChange, type LockedVault, lockVault, lockVaultToFill } from './vault-lock.ts'

/**
 * Adds the point and what packs it names. Its job must use the vault, and every pack must be there
 * (one that a sweep has condemned meanwhile is revived); anything else is a bug and throws. In the
 * same transaction the caller ends the job, which checks its fence. Throws VaultGone.
 */
export async function recordPoint(
  tx: Tx,
  of: {
    readonly point: PointRow
    readonly names: readonly PackName[]
    /** How much of each of them the point uses; a sweep finds out where it is left out. */
    readonly uses?: readonly PackUse[]
  },
): Promise<void> {
  const { point } = of
  const vault = await lockVaultToFill(tx, point.vaultId)
  await mustUse(tx, vault, point.jobId)
  const found = await standing(tx, vault, of)
  await queries(tx).insertInto('point').values(toPointColumns(point)).execute()
  await queries(tx)
    .insertInto('point_packs')
    .values({ point_id: point.id, vault_no: vault.no, ...packColumns(found, of.uses) })
    .execute()
  await countChange(tx, vault)
  await notePoint(tx, { vaultId: point.vaultId, pointId: point.id })
}

/**
 * From here the point is in cold storage: what it names is in its vault's cold part, and no more in
 * the vault. The same must hold of the cold part as in `recordPoint` of a vault; `jobId` uses it.
 */
export async function moveToCold(
  tx: Tx,
  of: {
    readonly point: Pick<PointRow, 'id' | 'vaultId'>
    readonly jobId: JobId
    readonly names: readonly PackName[]
    readonly uses: readonly PackUse[]
  },
): Promise<void> {
  const { id, vaultId } = of.point
  const warm = await lockVault(tx, vaultId)
  const cold = await lockVaultToFill(tx, coldPartOf(vaultId))
  await mustUse(tx, cold, of.jobId)
  const found = await standing(tx, cold, of)
  await queries(tx)
    .updateTable('point_packs')
    .set({ vault_no: cold.no, resealing: null, ...packColumns(found, of.uses) })
    .where('point_id', '=', id)
    .execute()
  await countChange(tx, warm)
  await countChange(tx, cold)
  await points.markCold(tx, id)
}

/** The packs of these names, all of them there; those that were condemned are so no more. */
async function standing(
  tx: Tx,
  vault: LockedVault,
  of: { readonly names: readonly PackName[] },
): Promise<PackStanding[]> {
  const names = [...new Set(of.names)]
  const found: PackStanding[] = []
  const condemned: number[] = []
  for (const pack of await rowsOf(tx, vault, names)) {
    if (pack.state === 'condemned') condemned.push(pack.no)
    if (pack.state === 'condemned' || pack.state === 'live') found.push(pack)
  }
  if (found.length !== names.length) {
    throw new Error(`a point names ${names.length} packs, ${found.length} are there`)
  }
  await revive(tx, vault, condemned)
  return found
}

/** The columns that say what packs a point names; `at` of a pack is its place in `uses`. */
export function packColumns(
  packs: readonly Pick<PackStanding, 'at' | 'no'>[],
  uses: readonly PackUse[] | undefined,
): { numbers: Uint8Array; parts: Uint8Array | null } {
  const parts = packs.map(({ at, no }) => [no, uses?.[at] && partUsed(uses[at])] as const)
  return {
    numbers: encodeNumbers(packs.map(({ no }) => no)),
    parts: uses ? encodeParts(parts.map(([no, part]) => [no, part ?? WHOLE])) : null,
  }
}

/** Points whose packs are read at once: a point of a petabyte vault may have a megabyte of them. */
const POINTS_AT_ONCE = 50

/** Pack numbers that points name, and the count of changes at which they did. */
export interface NamedPacks {
  readonly changes: number
  readonly numbers: NumberSet
}

/** What the vault's points name: `before` where no point came or went since, else read anew. */
export async function namedPacks(
  tx: ReadTx,
  vault: LockedVault,
  before: NamedPacks | undefined,
): Promise<NamedPacks> {
  const { pointsChanged: changes } = vault
  if (before?.changes === changes) return before
  return { changes, numbers: await numbersOfPoints(tx, vault) }
}

/** The numbers of all packs that points of the vault name, or those of them that `are` so. */
export async function numbersOfPoints(
  tx: ReadTx,
  vault: LockedVault,
  are?: RawBuilder<boolean>,
): Promise<NumberSet> {
  const named = new NumberSet(vault.nextPackNo)
  const which = are
    ? sql<boolean>`exists (select 1 from point where point.id = point_packs.point_id and ${are})`
    : sql<boolean>`true`
  let after = ''
  for (;;) {
    const rows = await queries(tx)
      .selectFrom('point_packs')
      .select(['point_id', 'numbers'])
      .where('vault_no', '=', vault.no)
      .where('point_id', '>', after)
      .where(which)
      .orderBy('point_id')
      .limit(POINTS_AT_ONCE)
      .execute()
    for (const row of rows) decodeNumbers(row.numbers, (number) => named.add(number))
    const last = rows.at(-1)
    if (last === undefined || rows.length < POINTS_AT_ONCE) return named
    after = last.point_id
  }
}
