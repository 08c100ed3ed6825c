// The second half of a verification: every completed recovery point's manifest is opened with the
// vault's key, the tables of its entry list's packs with the manifest's keys, and the packs it
// names are looked up among the damaged. What was found is kept with the point.

import type { PointRow, PointVerification } from '../catalog/index.ts'
import { packs, points, vaults } from '../catalog/index.ts'
import { someOf } from '../drivers/index.ts'
import { Answer, type PackName, type VaultId } from '../model/index.ts'
import type { Manifest, OpenVault } from '../vault/index.ts'
import {
  EntryListCheck,
  examinePack,
  examinePoint,
  FeatureUnknown,
  VaultDamaged,
} from '../vault/index.ts'
import { openNaming } from './damage.ts'
import { mend, type Verification } from './verification.ts'

const POINTS_AT_ONCE = 100

/** Throws an Answer when the vault cannot be opened: then nothing is known of its points. */
export async function verifyPoints(verification: Verification): Promise<void> {
  const { context, vault, meter, startedAt, signal } = verification
  const { catalog } = context
  const open = await openNaming(context, vault)
  const parts = new Map([[vault.id, { verification, open, lists: new EntryListCheck(open) }]])
  let after: { at: number; id: string } | undefined
  do {
    const page = { limit: POINTS_AT_ONCE, ...(after ? { after } : {}) }
    const listed = await catalog.read((tx) => points.listByVault(tx, { vaultId: vault.id, page }))
    for (const point of listed.rows) {
      signal.throwIfAborted()
      if (point.status !== 'COMPLETED' || point.completedAt > startedAt) continue
      const reason = await whatIsWrongNow(verification, parts, point)
      const isKept = await keep(verification, point, reason)
      if (isKept) meter.add({ pointsChecked: 1, ...(reason ? { pointsDamaged: 1 } : {}) })
    }
    after = listed.next
  } while (after)
}

function keep(
  { context, samplePercent }: Verification,
  point: PointRow,
  reason: string | undefined,
): Promise<boolean> {
  const found: PointVerification = {
    at: context.clock.now(),
    result: reason === undefined ? 'WHOLE' : 'DAMAGED',
    samplePercent,
    ...(reason === undefined ? {} : { reason }),
  }
  return context.catalog.transaction((tx) => points.setVerification(tx, point.id, found))
}

/** A vault or its cold part. */
interface Part {
  readonly verification: Verification
  readonly open: OpenVault
  readonly lists: EntryListCheck
}

/** What is wrong with a point where it is: it may move to cold storage while it is looked at. */
async function whatIsWrongNow(
  verification: Verification,
  parts: Map<VaultId, Part>,
  point: PointRow,
): Promise<string | undefined> {
  const { context } = verification
  for (let looked = point; ; ) {
    const part = await partOf(verification, parts, looked)
    const reason = await whatIsWrong(part, looked)
    const now = await context.catalog.read((tx) => points.byId(tx, point.id))
    if (reason === undefined || !now || now.storageClass === looked.storageClass) return reason
    looked = now
  }
}

async function partOf(
  verification: Verification,
  parts: Map<VaultId, Part>,
  point: PointRow,
): Promise<Part> {
  const { context, vault } = verification
  const known = parts.get(vaults.holdingId(point))
  if (known) return known
  const row = await context.catalog.read((tx) => vaults.holding(tx, point))
  if (!row) throw new Error(`the files of point ${point.id} of vault ${vault.id} are nowhere`)
  const open = await openNaming(context, row)
  const lists = new EntryListCheck(open)
  const part = { verification: { ...verification, vault: row }, open, lists }
  parts.set(row.id, part)
  return part
}

/**
 * What is damaged of a point, in a sentence; undefined when it is whole. A compaction may have
 * moved its chunks while it was looked at: only what is seen twice of a generation is believed.
 */
async function whatIsWrong(part: Part, point: PointRow): Promise<string | undefined> {
  for (let before: number | undefined; ; ) {
    const reason = await whatSeemsWrong(part, point)
    if (reason === undefined) return undefined
    const generation = await generationOf(part.open, point)
    if (generation === before) return reason
    before = generation
  }
}

/** 0 when no manifest of the point can be read. */
async function generationOf(open: OpenVault, { id }: PointRow): Promise<number> {
  try {
    return (await open.readManifest(id)).generation
  } catch (error) {
    const isDamage = error instanceof VaultDamaged || error instanceof FeatureUnknown
    if (isDamage || error instanceof Answer) return 0
    throw error
  }
}

async function whatSeemsWrong(part: Part, point: PointRow): Promise<string | undefined> {
  const { verification, open, lists } = part
  const { signal } = verification
  for (;;) {
    try {
      const manifest = await examinePoint(open, point.id, { lists, signal })
      return await wrongPacks(verification, manifest)
    } catch (error) {
      if (error instanceof FeatureUnknown || error instanceof Answer) return error.message
      if (!(error instanceof VaultDamaged)) throw error
      const { pack, message } = error
      // Looked at once more with another pack whole: there are only so many.
      if (pack === undefined || !(await isRepaired(verification, open, pack))) return message
    }
  }
}

/** Repairs a pack that was not read yet, or that rotted since; false when it is still damaged. */
async function isRepaired(
  verification: Verification,
  open: OpenVault,
  name: PackName,
): Promise<boolean> {
  const { context, meter, signal, vault } = verification
  const marked = await context.catalog.read((tx) => packs.damaged(tx, vault.id, [name]))
  if (marked.has(name)) return false
  const found = await examinePack(open, name, signal)
  // Whole by its name, and yet not what the manifest says: that is the point's damage.
  if (found.isWhole) return false
  const end = await mend(verification, name)
  if (end === 'repaired') meter.add({ packsRepaired: 1 })
  if (end === 'damaged') meter.add({ packsDamaged: 1 })
  return end === 'repaired'
}

async function wrongPacks(
  { context, vault }: Verification,
  manifest: Manifest,
): Promise<string | undefined> {
  const names = manifest.packs.map((pack) => pack.name)
  const facts = await context.catalog.read((tx) => packs.factsOf(tx, vault.id, names))
  const wrong = manifest.packs.filter(({ name, sizeBytes, crc32 }) => {
    const known = facts.get(name)
    return !known || known.damaged || known.sizeBytes !== sizeBytes || known.crc32 !== crc32
  })
  if (wrong.length === 0) return undefined
  const { length } = manifest.packs
  const told = someOf(
    wrong.length,
    wrong.map(({ name }) => name),
  )
  return `${wrong.length} of its ${length} packs are damaged or missing: ${told}`
}
