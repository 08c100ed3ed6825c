// What can stand at a copy's destination for packs that it lacks: packs that hold the same chunks,
// as maps of either side tell, and new packs of only what the point uses where that is little.

import { packs } from '../catalog/index.ts'
import type { PackName } from '../model/index.ts'
import type {
  GatheredChunks,
  Manifest,
  OpenVault,
  PackLedger,
  PackMapping,
  PackRef,
} from '../vault/index.ts'
import { bothEnded, SparseSurvey, TooManyBlocks } from '../vault/index.ts'
import type { CopyRun } from './copy-run.ts'

/**
 * Packs are moved whole when more than this part of them would have to be put anew. Why a third is
 * in docs/design.md, section 5.
 */
const PART_MAX = 1 / 3

/** Chunks that lie elsewhere at the destination, and which of its packs they were found in. */
export interface StoodIn {
  readonly gathered: GatheredChunks
  readonly there: readonly PackRef[]
}

/** Undefined when the missing packs are best moved as they are. Throws VaultDamaged. */
export async function standIns(
  carrying: CopyRun,
  of: {
    readonly manifest: Manifest
    readonly missing: readonly PackRef[]
    readonly ledger: PackLedger
  },
): Promise<StoodIn | undefined> {
  const { manifest, missing, ledger } = of
  if (missing.length === 0) return undefined
  const { context, signal, source, destination, meter, repairs } = carrying
  const related = await relatedPacks(carrying, missing)
  const there = await presentOf(carrying, [...related.values()].flat())
  const names = new Set(there.map(({ name }) => name))
  const isLittle = ({ usedBytes, sizeBytes }: PackRef) => usedBytes <= sizeBytes * PART_MAX
  const looked = missing.filter((pack) => {
    return isLittle(pack) || related.get(pack.name)?.some(({ name }) => names.has(name))
  })
  if (looked.length === 0) return undefined
  const survey = await SparseSurvey.open(source, looked, signal)
  try {
    await survey.look(manifest, signal)
  } catch (error) {
    if (!(error instanceof TooManyBlocks)) throw error
    return undefined
  }
  const chosen = survey.used().map(({ name }) => name)
  const gathered = await survey.gather(chosen, {
    destination,
    there,
    partMax: PART_MAX,
    ledger,
    random: context.random,
    signal,
    onProgress: (delta) => meter.add(delta),
    mend: (damage) => repairs.mend(damage),
  })
  return { gathered, there }
}

/** For each of the packs those that have held its chunks at the destination, as maps tell. */
async function relatedPacks(
  { source, destination, signal }: CopyRun,
  missing: readonly PackRef[],
): Promise<Map<PackName, PackRef[]>> {
  const [there, here] = await bothEnded(toldBy(destination, signal), toldBy(source, signal))
  const went = Map.groupBy(there, ({ from }) => from.name)
  const came = new Map<PackName, PackRef[]>()
  for (const { from, to } of here) {
    if (!from.ref) continue
    for (const { name } of to) came.set(name, [...(came.get(name) ?? []), from.ref])
  }
  const wentFrom = (name: PackName) => (went.get(name) ?? []).flatMap(({ to }) => to)
  const related = new Map<PackName, PackRef[]>()
  for (const { name } of missing) {
    const before = came.get(name) ?? []
    const found = [...wentFrom(name), ...before, ...before.flatMap((ref) => wentFrom(ref.name))]
    if (found.length > 0) related.set(name, found)
  }
  return related
}

/** What a vault's maps tell. One that cannot be read costs a copy work, and nothing else. */
async function toldBy(vault: OpenVault, signal: AbortSignal): Promise<PackMapping[]> {
  const { maps } = await vault.maps.read(signal)
  return maps.flatMap(({ mappings }) => mappings)
}

/** Those of the packs that are at the destination, whole as far as is known, and stay. */
export async function presentOf(
  { context, claim, destinationRow }: CopyRun,
  refs: readonly PackRef[],
): Promise<PackRef[]> {
  if (refs.length === 0) return []
  const byName = new Map(refs.map((ref) => [ref.name, ref]))
  const query = { vaultId: destinationRow.id, jobId: claim.job.id, names: [...byName.keys()] }
  const { states, damaged } = await context.catalog.transaction(async (tx) => ({
    states: await packs.plan(tx, query),
    damaged: await packs.damaged(tx, query.vaultId, query.names),
  }))
  return [...byName.values()].filter(({ name }) => {
    return states.get(name) === 'live' && !damaged.has(name)
  })
}
