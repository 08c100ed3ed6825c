// Compaction, a part of every sweep: what points still use of packs that are mostly unneeded goes
// into new packs, and the points' manifests are sealed again. The old packs are then named by no
// point, and the sweep frees them like any others. Nothing is changed in place, and at every moment
// the catalog keeps the packs of every manifest that may be in the store.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { packs } from '../catalog/index.ts'
import type { PointId } from '../model/index.ts'
import { Trouble } from '../model/index.ts'
import type { Manifest, OpenVault, PackMapping, PackRef } from '../vault/index.ts'
import {
  FeatureUnknown,
  provePacks,
  SparseSurvey,
  TooManyBlocks,
  VaultDamaged,
} from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { openLedger } from './ledger.ts'
import type { ProgressMeter } from './progress.ts'
import { Resealing } from './resealing.ts'
import { storeLack } from './rooms.ts'

/** Packs that one sweep looks into, and their bytes unless a limit is set. */
const PACKS_MAX = 1000
const BYTES_MAX = 16 * 1024 ** 3
/** Packs are compacted of which less than this part is used. */
const USED_PART_MIN = 1 / 4

/** A pack whose chunks have gone to more packs than these is not worth looking for. */
const FOLLOWED_MAX = 1000

export interface CompactionOrder {
  readonly context: JobContext
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly meter: ProgressMeter
  readonly vault: VaultRow
  readonly open: OpenVault
}

/** A sparse pack, and how it is opened once a manifest has told. */
interface Candidate extends packs.SparsePack {
  ref?: PackRef
}

/**
 * Ends what an earlier attempt began, then compacts as much as one sweep may. Damage it meets is
 * marked; that, too little room and troubles of the world put the rest off to a later sweep.
 */
export async function compactVault(order: CompactionOrder): Promise<void> {
  const { context, signal, vault } = order
  const { catalog, log } = context
  const resealing = new Resealing(order)
  await resealing.settleAll()
  const lack = storeLack(context, vault)
  if (lack !== undefined) {
    return log.warn({ vault: vault.id, reason: lack }, 'a vault is not compacted this time')
  }
  try {
    await compact(order, resealing)
  } catch (error) {
    signal.throwIfAborted()
    if (!isPutOff(error)) throw error
    log.warn({ vault: vault.id, error: error.message }, 'a vault is not compacted this time')
    const name = error instanceof VaultDamaged ? error.pack : undefined
    const damaged = name && { vaultId: vault.id, name, now: context.clock.now() }
    if (damaged) await catalog.transaction((tx) => packs.markDamaged(tx, damaged))
  }
}

/** What must not keep a sweep from freeing: a full disk, say, is what it is there for. */
function isPutOff(error: unknown): error is Error {
  const kinds = [Trouble, VaultDamaged, TooManyBlocks]
  return kinds.some((kind) => error instanceof kind)
}

async function compact(order: CompactionOrder, resealing: Resealing): Promise<void> {
  const { context, signal, meter, vault, open } = order
  const { catalog } = context
  const candidates = await candidatesOf(order)
  if (candidates.size === 0) return
  const naming = await findNaming(order, candidates)
  const refs = [...candidates.values()].flatMap(({ ref }) => ref ?? [])
  const survey = await SparseSurvey.open(open, refs, signal)
  for await (const manifest of manifestsOf(order, naming)) await survey.look(manifest, signal)
  const sparse: PackRef[] = []
  const dense: Candidate[] = []
  const byName = new Map([...candidates.values()].map((pack) => [pack.name, pack]))
  for (const pack of survey.used()) {
    const candidate = byName.get(pack.name)
    if (pack.usedBytes < pack.sizeBytes * USED_PART_MIN) sparse.push(pack)
    else if (candidate) dense.push(candidate)
  }
  await catalog.transaction((tx) => packs.noteDense(tx, { vaultId: vault.id, packs: dense }))
  if (sparse.length === 0) return
  const chosen = sparse.map(({ name }) => name)
  const { random } = context
  const compacted = await survey.gather(chosen, {
    destination: open,
    there: [],
    ledger: await ledgerOf(order),
    random,
    signal,
    onProgress: (delta) => meter.add(delta),
  })
  // Each new pack is seen to open before anything comes to rely on it.
  await provePacks({ destination: open, moved: compacted.made, reused: [], random, signal })
  const { maps } = await open.maps.read(signal)
  const told = maps.flatMap(({ mappings }) => mappings)
  await open.maps.write([...compacted.mappings, ...followed(told, compacted.mappings)], random)
  for await (const manifest of manifestsOf(order, naming)) {
    const places = compacted.placesOf(manifest)
    if (places) await resealing.reseal(manifest, places)
  }
  const bytesCompacted = sparse.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  meter.add({ packsCompacted: sparse.length, bytesCompacted })
}

/** What maps told of packs that are compacted now, told of those their chunks went to. */
function followed(told: readonly PackMapping[], mappings: readonly PackMapping[]): PackMapping[] {
  const went = new Map(mappings.map(({ from, to }) => [from.name, to]))
  return told.flatMap(({ from, to }) => {
    if (!to.some(({ name }) => went.has(name))) return []
    const now = to.flatMap((pack) => went.get(pack.name) ?? [pack])
    const distinct = [...new Map(now.map((pack) => [pack.name, pack])).values()]
    return distinct.length > FOLLOWED_MAX ? [] : [{ from, isWhole: false, to: distinct }]
  })
}

/** As many of the sparse packs, by number, as one sweep may look into. */
async function candidatesOf({ context, vault }: CompactionOrder): Promise<Map<number, Candidate>> {
  const query = { vaultId: vault.id, limit: PACKS_MAX }
  const found = await context.catalog.read((tx) => packs.sparsePacks(tx, query))
  const candidates = new Map<number, Candidate>()
  let left = context.throttle?.limits.compaction ?? BYTES_MAX
  for (const pack of found) {
    left -= pack.sizeBytes
    if (left < 0) break
    candidates.set(pack.no, pack)
  }
  return candidates
}

/** The points that name candidates, of which it learns how those are opened. */
async function findNaming(
  order: CompactionOrder,
  candidates: Map<number, Candidate>,
): Promise<PointId[]> {
  const of = { vaultId: order.vault.id, numbers: [...candidates.keys()] }
  const ids: PointId[] = []
  let after: PointId | undefined
  do {
    const query = { ...of, after }
    const page = await order.context.catalog.read((tx) => packs.pointsNaming(tx, query))
    await findKeys(order, candidates, page.naming)
    ids.push(...page.naming.keys())
    after = page.next
  } while (after !== undefined)
  return ids
}

/**
 * Learns from manifests how the candidates are opened. What a point needs whose manifest cannot be
 * read is not known: its packs are candidates no more.
 */
async function findKeys(
  order: CompactionOrder,
  candidates: Map<number, Candidate>,
  naming: ReadonlyMap<PointId, number[]>,
): Promise<void> {
  for (const [pointId, numbers] of naming) {
    const manifest = await readIfWhole(order, pointId)
    const refs = new Map(manifest?.packs.map((ref) => [ref.name, ref]))
    for (const no of numbers) {
      const candidate = candidates.get(no)
      const ref = candidate && refs.get(candidate.name)
      if (ref) candidate.ref = ref
      else candidates.delete(no)
    }
  }
}

/** The manifests of the points; those that cannot be read any more have no part in it. */
async function* manifestsOf(
  order: CompactionOrder,
  naming: readonly PointId[],
): AsyncIterable<Manifest> {
  for (const pointId of naming) {
    const manifest = await readIfWhole(order, pointId)
    if (manifest) yield manifest
  }
}

async function readIfWhole(
  { context, open, signal }: CompactionOrder,
  pointId: PointId,
): Promise<Manifest | undefined> {
  signal.throwIfAborted()
  try {
    return await open.readManifest(pointId)
  } catch (error) {
    if (!(error instanceof VaultDamaged || error instanceof FeatureUnknown)) throw error
    context.log.warn({ point: pointId, error: error.message }, 'a point has no part in compaction')
    return undefined
  }
}

/** What is put stays at least until the use is dropped, and then if a point names it. */
async function ledgerOf({ context, claim, signal, vault }: CompactionOrder) {
  const { catalog, clock } = context
  const vaultGone = { code: 'BackupVaultDoesNotExist', name: vault.name } as const
  await catalog.transaction((tx) => {
    return packs.addUse(tx, { vaultId: vault.id, jobId: claim.job.id })
  })
  return openLedger({ catalog, clock, claim, signal, vaultId: vault.id, vaultGone })
}
