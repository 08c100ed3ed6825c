// One vault's part of a new catalog: its recovery points as facts and manifests tell, and its packs
// as manifests and the store do.

import type { PointRow, VaultRow } from '../catalog/index.ts'
import { rebuilding } from '../catalog/index.ts'
import {
  DeletionPermit,
  formatPointArn,
  type KnownByFacts,
  knownByFacts,
  type PackName,
  type PointFact,
  type PointId,
  parseResourceType,
} from '../model/index.ts'
import type { Manifest, OpenVault } from '../vault/index.ts'
import {
  FeatureUnknown,
  listPacks,
  listPoints,
  manifestObject,
  packObject,
  VaultDamaged,
} from '../vault/index.ts'
import { inBatches } from './batches.ts'
import type { GrowingReport, RebuildContext } from './rebuild-context.ts'
import type { FoundResources } from './rebuild-resources.ts'

/** Packs that one transaction adds. */
const PACKS_AT_ONCE = 1000

/** A vault whose row is there, and what its store tells. */
export interface Filling {
  readonly context: RebuildContext
  readonly row: VaultRow
  readonly vault: OpenVault
  readonly report: GrowingReport
  readonly resources: FoundResources
}

interface Knowledge extends KnownByFacts {
  /** Some facts cannot be read: what they tightened or deleted is not known. */
  readonly hasGaps: boolean
}

/** Adds the points and packs of a vault, without the points that are `elsewhere`. */
export async function fillVault(
  filling: Filling & { readonly elsewhere: ReadonlySet<PointId> },
): Promise<void> {
  const { row, vault, report, resources, elsewhere } = filling
  const { facts, findings } = await vault.facts.read()
  report.damaged.push(...findings)
  const known: Knowledge = { ...knownByFacts(facts), hasGaps: findings.length > 0 }
  const seen = new Set(elsewhere)
  let points = elsewhere.size
  let unreadable = 0
  for await (const pointId of listPoints(vault)) {
    // What a point that moved to cold storage left here is a sweep's.
    if (elsewhere.has(pointId)) continue
    seen.add(pointId)
    const permit = DeletionPermit.ofToldDeleted(known.deleted, pointId)
    if (permit) {
      await vault.deleteManifest(permit)
      report.removed.push(`manifest ${manifestObject(vault.vaultId, pointId)}`)
      continue
    }
    const manifest = await readManifest(filling, pointId)
    const point = manifest && pointOf(filling, manifest, known)
    if (manifest && point) {
      // Nothing will keep the packs of those it has taken the place of.
      if (manifest.generation > 1) await vault.dropOlderManifests(pointId, manifest.generation)
      await addPoint(filling, { manifest, point, fact: known.points.get(pointId) })
      points += 1
    } else {
      unreadable += 1
    }
  }
  for (const [pointId, fact] of known.points) {
    if (fact.resource) resources.note(fact, row.account)
    if (seen.has(pointId)) continue
    report.lost.push({ vaultArn: row.arn, pointId, arn: fact.arn })
  }
  const { packs, unneededPacks } = await compareWithStore(filling, { isWhole: unreadable === 0 })
  const { arn, id: vaultId, region } = row
  const unconfirmed = row.unconfirmed === true
  report.vaults.push({ arn, vaultId, region, points, packs, unneededPacks, unconfirmed })
}

/**
 * Adds the points and packs of a vault's cold part, by the vault's facts, and answers which points.
 * One that is in both is cold when its fact says so; else its move was not done.
 */
export async function fillColdPart(
  filling: Filling,
  cold: { readonly row: VaultRow; readonly vault: OpenVault },
): Promise<ReadonlySet<PointId>> {
  const { vault: warm, report } = filling
  const { facts, findings } = await warm.facts.read()
  const known: Knowledge = { ...knownByFacts(facts), hasGaps: findings.length > 0 }
  const here = { ...filling, row: cold.row, vault: cold.vault }
  const added = new Set<PointId>()
  let unreadable = 0
  for await (const pointId of listPoints(cold.vault)) {
    const permit = DeletionPermit.ofToldDeleted(known.deleted, pointId)
    if (permit) {
      await cold.vault.deleteManifest(permit)
      report.removed.push(`manifest ${manifestObject(cold.vault.vaultId, pointId)}`)
      continue
    }
    const fact = known.points.get(pointId)
    if (fact?.storageClass !== 'COLD' && (await isReadable(warm, pointId))) continue
    const manifest = await readManifest(here, pointId)
    const point = manifest && pointOf(filling, manifest, known)
    if (manifest && point) {
      if (manifest.generation > 1) {
        await cold.vault.dropOlderManifests(pointId, manifest.generation)
      }
      await addPoint(here, { manifest, point: { ...point, storageClass: 'COLD' }, fact })
      added.add(pointId)
    } else {
      unreadable += 1
    }
  }
  await compareWithStore(here, { isWhole: unreadable === 0 })
  return added
}

async function isReadable(vault: OpenVault, pointId: PointId): Promise<boolean> {
  try {
    await vault.readManifest(pointId)
    return true
  } catch (error) {
    if (error instanceof VaultDamaged || error instanceof FeatureUnknown) return false
    throw error
  }
}

async function readManifest(
  { vault, report }: Filling,
  pointId: PointId,
): Promise<Manifest | undefined> {
  try {
    return await vault.readManifest(pointId)
  } catch (error) {
    const object = manifestObject(vault.vaultId, pointId)
    if (error instanceof VaultDamaged) report.damaged.push({ object, reason: error.reason })
    else if (error instanceof FeatureUnknown) {
      report.damaged.push({ object, reason: `needs the feature ${JSON.stringify(error.feature)}` })
    } else throw error
    return undefined
  }
}

/** The point's row; undefined, and told, when it is of a type this version does not know. */
function pointOf(
  { row, vault, report }: Filling,
  manifest: Manifest,
  known: Knowledge,
): PointRow | undefined {
  const fact = known.points.get(manifest.pointId)
  const point = fact ? toldPoint(row, fact) : foundPoint(row, manifest)
  if (point === undefined) {
    const object = manifestObject(vault.vaultId, manifest.pointId)
    report.damaged.push({ object, reason: `is of the type ${manifest.facts.resourceType}` })
    return undefined
  }
  const isConfirmed = fact !== undefined && !fact.unconfirmed && !known.hasGaps
  if (isConfirmed) return point
  report.unconfirmed.push({ vaultArn: row.arn, pointId: point.id, arn: point.arn })
  return { ...point, unconfirmed: true }
}

function placeOf(row: VaultRow) {
  const { id: vaultId, arn: vaultArn, name: vaultName, account, region } = row
  return { vaultId, vaultArn, vaultName, account, region }
}

function toldPoint(row: VaultRow, fact: PointFact): PointRow {
  const { kind: _, pointId, tags: __, resource: ___, unconfirmed: ____, ...told } = fact
  return {
    ...told,
    id: pointId,
    ...placeOf(row),
    status: fact.status as PointRow['status'],
    storageClass: 'WARM',
  }
}

/** All that a manifest alone can tell: kept for ever, without tags, under the ARN of its type. */
function foundPoint(row: VaultRow, manifest: Manifest): PointRow | undefined {
  const { pointId, jobId, facts } = manifest
  const resourceType = parseResourceType(facts.resourceType)
  if (resourceType === undefined) return undefined
  const { account, region } = row
  const origin = facts.sourceVaultArn === undefined ? 'backup' : 'copy'
  const random17hex = pointId.replaceAll('-', '').toLowerCase().slice(0, 17)
  const arn = { type: resourceType, region, account, pointId, origin, jobId, random17hex } as const
  const isForeign = facts.sourceVaultArn?.split(':')[4] !== account
  return {
    id: pointId,
    arn: formatPointArn(arn),
    ...placeOf(row),
    status: 'COMPLETED',
    resourceArn: facts.resourceArn,
    resourceType,
    resourceName: facts.resourceName,
    createdAt: facts.createdAt,
    initiatedAt: facts.createdAt,
    completedAt: facts.createdAt,
    backupSizeBytes: facts.backupSizeBytes,
    storageClass: 'WARM',
    keyArn: manifest.keyArn,
    sourceVaultArn: isForeign ? facts.sourceVaultArn : undefined,
    isParent: false,
    jobId,
    restoreMetadata: {},
  }
}

async function addPoint(
  { context, row }: Filling,
  of: { manifest: Manifest; point: PointRow; fact: PointFact | undefined },
): Promise<void> {
  const { catalog } = context
  const { manifest, point, fact } = of
  for (let from = 0; from < manifest.packs.length; from += PACKS_AT_ONCE) {
    const packs = manifest.packs.slice(from, from + PACKS_AT_ONCE)
    // Until it is seen in the store it counts as missing.
    const missingSince = context.clock.now()
    await catalog.transaction((tx) =>
      rebuilding.addPacks(tx, { vaultId: row.id, packs, missingSince }),
    )
  }
  const names = manifest.packs.map((pack) => pack.name)
  const tags = fact?.tags ?? {}
  await catalog.transaction((tx) =>
    rebuilding.addPoint(tx, { point, names, uses: manifest.packs, tags }),
  )
}

/**
 * Goes through the packs in the store: those that manifests name are there, the others are for a
 * sweep to free, unless a manifest that cannot be read may name them (`isWhole` is false).
 */
async function compareWithStore(
  filling: Filling,
  { isWhole }: { isWhole: boolean },
): Promise<{ packs: number; unneededPacks: number }> {
  const { context, row, vault, report } = filling
  const { catalog } = context
  let packs = 0
  let unneededPacks = 0
  for await (const names of inBatches(listPacks(vault), PACKS_AT_ONCE)) {
    const seen = { vaultId: row.id, names }
    const unknown = await catalog.transaction((tx) => rebuilding.seePacks(tx, seen))
    packs += names.length
    unneededPacks += unknown.length
    if (isWhole) await addUnneeded(filling, unknown)
  }
  const missing = await catalog.read((tx) => rebuilding.missingPacks(tx, row.id))
  report.missingPacks.push(...missing.map((name) => ({ vaultArn: row.arn, name })))
  return { packs, unneededPacks }
}

async function addUnneeded(
  { context, row, vault }: Filling,
  names: readonly PackName[],
): Promise<void> {
  const packs: { name: PackName; sizeBytes: number }[] = []
  for (const name of names) {
    const head = await vault.store.head(packObject(row.id, name))
    if (head) packs.push({ name, sizeBytes: head.sizeBytes })
  }
  await context.catalog.transaction((tx) => rebuilding.addPacks(tx, { vaultId: row.id, packs }))
}
