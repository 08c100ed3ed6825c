// Packs of which little is still used, and the points that are to name others in their stead. A
// point names, at every moment, the packs of every generation of its manifest that may be in the
// store: those to come are added before it is sealed again, and what it no longer needs is taken
// off when no older generation is left.

import { sql } from 'kysely'
import { type PackName, type PointId, parsePointId, type VaultId } from '../model/index.ts'
import { listAsTable, nameFromBytes } from './bulk.ts'
import { decodeNumbers, encodeNumbers } from './numbers.ts'
import { rowsOf } from './pack-rows.ts'
import { packColumns } from './recorded.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { decodeParts, type PackUse, WHOLE } from './used-parts.ts'
import { countChange, type LockedVault, lockVault, vaultOf } from './vault-lock.ts'

/** A pack is sparse when less than this part of it is used by all points together. */
const SPARSE = WHOLE / 4
/** Points whose packs are read at once. */
const POINTS_AT_ONCE = 50
/** Packs whose points are summed up in one pass. */
const PACKS_AT_ONCE = 50_000

/** A pack that no point uses a quarter of. */
export interface SparsePack {
  readonly no: number
  readonly name: PackName
  readonly sizeBytes: number
  /** What its points use in sum, in 255ths: many may use the same. */
  readonly sum: number
}

/** A point whose packs are not settled. */
export interface UnsettledPoint {
  readonly id: PointId
  /** The generation of its manifest that may be being sealed. */
  readonly resealing?: number
}

/**
 * Live packs of which no point uses a quarter, the oldest first, up to `limit`; without those that
 * are damaged, and without those found to be dense since which no point let go of them.
 */
export async function sparsePacks(
  tx: ReadTx,
  of: { readonly vaultId: VaultId; readonly limit: number },
): Promise<SparsePack[]> {
  const vault = await vaultOf(tx, of.vaultId)
  const most = new Uint8Array(vault.nextPackNo)
  await eachPoint(tx, vault, (row) => {
    decodeParts(row, (no, part) => {
      if (part > (most[no] as number)) most[no] = part
    })
  })
  const found: SparsePack[] = []
  for (let no = 0; no < most.length && found.length < of.limit; ) {
    const some: number[] = []
    for (; no < most.length && some.length < PACKS_AT_ONCE; no += 1) {
      const part = most[no] as number
      if (part > 0 && part < SPARSE) some.push(no)
    }
    found.push(...(await stillSparse(tx, vault, some)))
  }
  return found.slice(0, of.limit)
}

/** Remembers packs that were looked into and are used for a quarter or more after all. */
export async function noteDense(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly packs: readonly SparsePack[] },
): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  for (const { no, sum } of of.packs) {
    await queries(tx)
      .updateTable('pack')
      .set({ dense_at: sum })
      .where('vault_no', '=', vault.no)
      .where('no', '=', no)
      .execute()
  }
}

/**
 * Of the next points behind `after` those that name any of these packs and are not being deleted,
 * each with those it names; and, unless it was the last, the point to go on behind.
 */
export async function pointsNaming(
  tx: ReadTx,
  of: {
    readonly vaultId: VaultId
    readonly numbers: readonly number[]
    readonly after?: PointId | undefined
  },
): Promise<{ readonly naming: Map<PointId, number[]>; readonly next?: PointId | undefined }> {
  const vault = await vaultOf(tx, of.vaultId)
  const wanted = new Set(of.numbers)
  const naming = new Map<PointId, number[]>()
  const { rows, next } = await somePoints(tx, vault, of.after ?? '')
  for (const row of rows) {
    if (row.status === 'DELETING') continue
    const named: number[] = []
    decodeNumbers(row.numbers, (no) => {
      if (wanted.has(no)) named.push(no)
    })
    if (named.length > 0) naming.set(parsePointId(row.point_id), named)
  }
  return { naming, next: next === undefined ? undefined : parsePointId(next) }
}

/** Points whose packs must be settled before anything is made of them; up to `limit`. */
export async function unsettled(
  tx: ReadTx,
  of: { readonly vaultId: VaultId; readonly limit: number; readonly after?: PointId | undefined },
): Promise<UnsettledPoint[]> {
  const vault = await vaultOf(tx, of.vaultId)
  const rows = await queries(tx)
    .selectFrom('point_packs')
    .select(['point_id', 'resealing'])
    .where('vault_no', '=', vault.no)
    .where('point_id', '>', of.after ?? '')
    // As the partial index says it, so that it serves.
    .where(sql<boolean>`parts is null`)
    .orderBy('point_id')
    .limit(of.limit)
    .execute()
  return rows.map(({ point_id: id, resealing }) => ({
    id: parsePointId(id),
    ...(resealing === null ? {} : { resealing }),
  }))
}

/** Whether a manifest of the point may be being sealed: then it cannot be deleted for good yet. */
export async function isResealing(tx: ReadTx, pointId: PointId): Promise<boolean> {
  const row = await queries(tx)
    .selectFrom('point_packs')
    .select('resealing')
    .where('point_id', '=', pointId)
    .executeTakeFirst()
  return row !== undefined && row.resealing !== null
}

/**
 * From here the point names these packs too, and the generation of its manifest may be sealed,
 * until `settle`. False when the point is gone or being deleted. Throws when a pack is not live.
 */
export async function beginReseal(
  tx: Tx,
  of: {
    readonly vaultId: VaultId
    readonly pointId: PointId
    readonly generation: number
    readonly names: readonly PackName[]
  },
): Promise<boolean> {
  const vault = await lockVault(tx, of.vaultId)
  const row = await rowOf(tx, vault, of.pointId)
  if (row === undefined || row.status === 'DELETING') return false
  const rows = await rowsOf(tx, vault, of.names)
  const live = rows.filter(({ state }) => state === 'live').map(({ no }) => no)
  if (live.length !== of.names.length) throw new Error('a manifest is to name packs not there')
  const numbers = new Set(live)
  decodeNumbers(row.numbers, (no) => void numbers.add(no))
  await queries(tx)
    .updateTable('point_packs')
    .set({ numbers: encodeNumbers(numbers), parts: null, resealing: of.generation })
    .where('point_id', '=', of.pointId)
    .execute()
  await countChange(tx, vault)
  return true
}

/**
 * The only manifest that the point has in the store names these packs: the others are not kept for
 * it any more. False when that cannot be believed, for packs are among them that are not kept for
 * it: then all that is kept stays kept, as used whole. Of a point that is gone nothing is kept.
 */
export async function settle(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly pointId: PointId; readonly uses: readonly PackUse[] },
): Promise<boolean> {
  const vault = await lockVault(tx, of.vaultId)
  const row = await rowOf(tx, vault, of.pointId)
  if (row === undefined) return true
  const kept = new Set<number>()
  decodeNumbers(row.numbers, (no) => void kept.add(no))
  const names = of.uses.map(({ name }) => name)
  const found = (await rowsOf(tx, vault, names)).filter(({ no }) => kept.has(no))
  const isKnown = found.length === names.length
  const columns = isKnown ? packColumns(found, of.uses) : { parts: new Uint8Array() }
  await queries(tx)
    .updateTable('point_packs')
    .set({ ...columns, resealing: null })
    .where('point_id', '=', of.pointId)
    .execute()
  return isKnown
}

/** What a point keeps it keeps, as used whole: nothing better can be known. */
export async function settleAsWhole(tx: Tx, pointId: PointId): Promise<void> {
  await queries(tx)
    .updateTable('point_packs')
    .set({ parts: new Uint8Array(), resealing: null })
    .where('point_id', '=', pointId)
    .execute()
}

async function stillSparse(
  tx: ReadTx,
  vault: LockedVault,
  numbers: readonly number[],
): Promise<SparsePack[]> {
  if (numbers.length === 0) return []
  const sums = new Map(numbers.map((no) => [no, 0]))
  await eachPoint(tx, vault, (row) => {
    decodeParts(row, (no, part) => {
      const sum = sums.get(no)
      if (sum !== undefined) sums.set(no, sum + part)
    })
  })
  const { rows } = await sql<{
    no: number
    name: Uint8Array
    size_bytes: number
    dense_at: number | null
  }>`
    select pack.no, pack.name, pack.size_bytes, pack.dense_at
    from ${listAsTable(numbers)} as given
    cross join pack on pack.vault_no = ${vault.no} and pack.no = given.value
    where pack.state = 'live' and pack.damaged_at is null`.execute(queries(tx))
  const sparse = rows.flatMap(({ no, name, size_bytes: sizeBytes, dense_at: denseAt }) => {
    const sum = sums.get(no) ?? 0
    if (denseAt !== null && sum >= denseAt) return []
    return [{ no, name: nameFromBytes(name), sizeBytes, sum }]
  })
  return sparse.sort((a, b) => a.no - b.no)
}

/** Undefined also when the point's packs are another vault's by now: it went to cold storage. */
function rowOf(tx: ReadTx, vault: LockedVault, pointId: PointId) {
  return queries(tx)
    .selectFrom('point_packs')
    .innerJoin('point', 'point.id', 'point_packs.point_id')
    .select(['numbers', 'status'])
    .where('point_id', '=', pointId)
    .where('vault_no', '=', vault.no)
    .executeTakeFirst()
}

interface PointUses {
  readonly point_id: string
  readonly status: string
  readonly numbers: Uint8Array
  readonly parts: Uint8Array | null
}

async function eachPoint(
  tx: ReadTx,
  vault: LockedVault,
  take: (row: PointUses) => void,
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { rows, next } = await somePoints(tx, vault, after)
    for (const row of rows) take(row)
    after = next
  }
}

/** The next points, and the id to go on behind unless these are the last. */
async function somePoints(
  tx: ReadTx,
  vault: LockedVault,
  after: string,
): Promise<{ rows: PointUses[]; next: string | undefined }> {
  const rows = await queries(tx)
    .selectFrom('point_packs')
    .innerJoin('point', 'point.id', 'point_packs.point_id')
    .select(['point_id', 'numbers', 'parts', 'status'])
    .where('vault_no', '=', vault.no)
    .where('point_id', '>', after)
    .orderBy('point_id')
    .limit(POINTS_AT_ONCE)
    .execute()
  return { rows, next: rows.length < POINTS_AT_ONCE ? undefined : rows.at(-1)?.point_id }
}
