// How the packs of a copy come to its destination: as they are, or put under new data keys. Plans
// what the destination lacks and brings that; leaves proof, manifest and catalog to the copy.

import { packs } from '../catalog/index.ts'
import type { PackName } from '../model/index.ts'
import type { Manifest, PackMapping, PackRef } from '../vault/index.ts'
import { packRefOf, relocate, repack, transferPacks } from '../vault/index.ts'
import type { CopyRun } from './copy-run.ts'
import { namingDamage } from './damage.ts'
import { openLedger } from './ledger.ts'
import { presentOf, type StoodIn, standIns } from './stand-ins.ts'

/** Packs that are at the destination, durable and known to the catalog. */
export interface Carried {
  /** Those of which it was not seen yet that they open there: new ones, and such as were there. */
  readonly unproved: { readonly moved: readonly PackRef[]; readonly reused: readonly PackRef[] }
  /** To be told by a map before the manifest is sealed. */
  readonly mappings: readonly PackMapping[]
  /** What the manifest will say of packs and entry blocks; to be asked when all is proved. */
  contents(): Promise<Pick<Manifest, 'packs' | 'entryBlocks'>>
}

/** Brings the manifest's packs to the destination by the copy's mode. */
export function carryPacks(carrying: CopyRun, manifest: Manifest): Promise<Carried> {
  carrying.meter.expect(bytesOf(manifest.packs))
  return carrying.mode === 'verbatim' ? move(carrying, manifest) : reencrypt(carrying, manifest)
}

async function move(carrying: CopyRun, manifest: Manifest): Promise<Carried> {
  const { context, claim, signal, source, destination, meter, repairs } = carrying
  const { sourceRow, destinationRow } = carrying
  const names = namesOf(manifest.packs)
  const query = { vaultId: destinationRow.id, jobId: claim.job.id, names }
  const { states, marked } = await context.catalog.transaction(async (tx) => ({
    states: await packs.plan(tx, query),
    marked: await packs.damaged(tx, query.vaultId, query.names),
  }))
  const present = manifest.packs.filter((pack) => states.get(pack.name) === 'live')
  const missing = manifest.packs.filter((pack) => states.get(pack.name) !== 'live')
  meter.add({ bytesReused: bytesOf(present), packsReused: present.length })
  const { stoodIn, result } = await namingDamage(context, [sourceRow, destinationRow], async () => {
    const damaged = present.filter(({ name }) => marked.has(name))
    await repairs.mendMarked(destinationRow, namesOf(damaged))
    const ledger = ledgerOf(carrying)
    const stoodIn = await repairs.during(() => standIns(carrying, { manifest, missing, ledger }))
    if (stoodIn) meterStandIns(carrying, manifest, stoodIn)
    const result = await transferPacks({
      source,
      destination,
      packs: missing.filter(({ name }) => !stoodIn?.gathered.from.has(name)),
      ledger,
      random: context.random,
      signal,
      onProgress: (delta) => meter.add(delta),
      mend: (damage) => repairs.mend(damage),
    })
    return { stoodIn, result }
  })
  const reused = [...present, ...result.reused]
  if (stoodIn) return withStandIns(reused, manifest, stoodIn)
  return { unproved: { moved: [], reused }, mappings: [], contents: async () => manifest }
}

/** The same, where other packs of the destination stand for some of the source's. */
function withStandIns(
  reused: readonly PackRef[],
  manifest: Manifest,
  { gathered, there }: StoodIn,
): Carried {
  const contents = gathered.placesOf(manifest) ?? manifest
  const named = new Set(namesOf(contents.packs))
  const refs = new Map(manifest.packs.map((pack) => [pack.name, pack]))
  return {
    unproved: {
      moved: gathered.made,
      reused: [...reused, ...there.filter(({ name }) => named.has(name))],
    },
    // Both vaults open the same packs: of a verbatim copy every key may be told.
    mappings: gathered.mappings.map(({ from, ...mapping }) => {
      const ref = refs.get(from.name)
      return { ...mapping, from: ref ? { ...from, ref } : from }
    }),
    contents: async () => contents,
  }
}

/** Of packs that others stand for, what the point uses counts: some was put, the rest there. */
function meterStandIns({ meter }: CopyRun, manifest: Manifest, { gathered }: StoodIn): void {
  const replaced = manifest.packs.filter(({ name }) => gathered.from.has(name))
  const usedBytes = replaced.reduce((sum, pack) => sum + pack.usedBytes, 0)
  meter.expect(bytesOf(manifest.packs) - bytesOf(replaced) + usedBytes)
  const bytesReused = Math.max(0, usedBytes - bytesOf(gathered.made))
  meter.add({ bytesReused, packsReused: replaced.length })
}

/** A pack under its own name is not looked for: it would have the source's data key. */
async function reencrypt(carrying: CopyRun, manifest: Manifest): Promise<Carried> {
  const { context, signal, source, destination, meter, repairs } = carrying
  const told = await toldByMaps(carrying)
  const untold = await putUntold(carrying, told)
  const standIns = await mappedPacks(carrying, manifest, [...told, ...untold])
  const missing = manifest.packs.filter(({ name }) => !standIns.has(name))
  const reused = [...standIns.values()]
  meter.add({ bytesReused: bytesOf(reused), packsReused: reused.length })
  const blockPacks = new Set(manifest.entryBlocks.map(({ pack }) => manifest.packs[pack]))
  const mappings = await namingDamage(context, [carrying.sourceRow], () =>
    repack({
      source,
      destination,
      orders: missing.map((pack) => ({ pack, holds: blockPacks.has(pack) ? 'entries' : 'data' })),
      ledger: ledgerOf(carrying),
      random: context.random,
      signal,
      onProgress: (delta) => meter.add(delta),
      mend: (damage) => repairs.mend(damage),
    }),
  )
  const moved = mappings.flatMap(({ to }) => to)
  const newPacks = new Map(mappings.map(({ from, to }) => [from.name, to]))
  const standInsOf = ({ name }: PackRef) => {
    const mapped = standIns.get(name)
    return mapped ? [mapped] : (newPacks.get(name) ?? [])
  }
  return {
    unproved: { moved, reused },
    mappings: [...untold, ...mappings],
    contents: () => relocate(destination, manifest, manifest.packs.map(standInsOf)),
  }
}

/** All mappings of the destination. A map that cannot be read costs work, and nothing else. */
async function toldByMaps({ context, destination, signal }: CopyRun): Promise<PackMapping[]> {
  const { maps, findings } = await destination.maps.read(signal)
  for (const finding of findings) {
    context.log.warn({ vault: destination.vaultId, ...finding }, 'a map cannot be used')
  }
  return maps.flatMap(({ mappings }) => mappings)
}

/** What an earlier attempt of this job re-encrypted before it died, and no map tells. */
async function putUntold(
  { context, claim, destination }: CopyRun,
  told: readonly PackMapping[],
): Promise<PackMapping[]> {
  const known = new Set(told.flatMap(({ to }) => namesOf(to)))
  const query = { vaultId: destination.vaultId, jobId: claim.job.id }
  const rows = await context.catalog.transaction((tx) => packs.ofJob(tx, query))
  const mappings: PackMapping[] = []
  for (const { sealedKey, from, ...pack } of rows) {
    if (from === undefined || known.has(pack.name)) continue
    const to = [packRefOf(pack, await destination.openKey(sealedKey))]
    // Only whole packs are told from which one they are, and those keep its size.
    mappings.push({ from: { name: from, sizeBytes: pack.sizeBytes }, isWhole: true, to })
  }
  return mappings
}

/** For each of the source's packs the one that stands for it and stays, where there is one. */
async function mappedPacks(
  carrying: CopyRun,
  manifest: Manifest,
  mappings: readonly PackMapping[],
): Promise<Map<PackName, PackRef>> {
  const wanted = new Set(namesOf(manifest.packs))
  const candidates: { from: PackName; to: PackRef }[] = []
  for (const { from, isWhole, to } of mappings) {
    const [only, ...others] = to
    // Whatever was made of a pack whose key this vault was told may be open to its source.
    if (from.ref !== undefined || !wanted.has(from.name)) continue
    if (!isWhole || only === undefined || others.length > 0) continue
    candidates.push({ from: from.name, to: only })
  }
  // One that is damaged is made anew from its source: no other vault has it.
  const present = await presentOf(
    carrying,
    candidates.map(({ to }) => to),
  )
  const names = new Set(namesOf(present))
  return new Map(candidates.flatMap(({ from, to }) => (names.has(to.name) ? [[from, to]] : [])))
}

function ledgerOf({ context, claim, signal, destinationRow, vaultGone }: CopyRun) {
  const { catalog, clock } = context
  return openLedger({ catalog, clock, claim, signal, vaultId: destinationRow.id, vaultGone })
}

function bytesOf(refs: readonly PackRef[]): number {
  return refs.reduce((sum, pack) => sum + pack.sizeBytes, 0)
}

function namesOf(refs: readonly PackRef[]): PackName[] {
  return refs.map((pack) => pack.name)
}
