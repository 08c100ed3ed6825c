// Making a catalog out of the stores when it is lost: vault records give the keys, facts what the
// catalog knew, manifests the recovery points and their packs. What nothing vouches for is listed
// and served, but never deleted; what cannot be read is told and left as it is. Running it again,
// also after a crash in its middle, comes to the same.

import type { VaultRow } from '../catalog/index.ts'
import { rebuilding, VaultNameTaken } from '../catalog/index.ts'
import {
  Answer,
  coldPartOf,
  formatVaultArn,
  knownByFacts,
  type PointId,
  parseAccountId,
  type RebuildReport,
  VaultDeletionPermit,
  type VaultFact,
  type VaultId,
} from '../model/index.ts'
import type { OpenVault } from '../vault/index.ts'
import { FeatureUnknown, listPoints, VaultDamaged } from '../vault/index.ts'
import { keepChunkingKey } from './account-key.ts'
import type { GrowingReport, RebuildContext, RegionToRead } from './rebuild-context.ts'
import { FoundResources } from './rebuild-resources.ts'
import { type Filling, fillColdPart, fillVault } from './rebuild-vault.ts'
import { coldNames } from './vault-making.ts'

interface FoundVault {
  readonly region: RegionToRead
  readonly vault: OpenVault
  readonly fact: VaultFact | undefined
  readonly facts: rebuilding.FactNumbers
}

/** Fills the catalog. Throws Trouble when a store or the catalog fails: then run it again. */
export async function rebuildCatalog(context: RebuildContext): Promise<RebuildReport> {
  const report: GrowingReport = {
    vaults: [],
    unconfirmed: [],
    lost: [],
    damaged: [],
    missingPacks: [],
    unreadable: [],
    removed: [],
    resources: [],
  }
  const found: FoundVault[] = []
  for (const region of context.regions) {
    for await (const vaultId of region.vaultIds()) {
      const vault = await readable(report, { region, vaultId }, () => look(region, vaultId, report))
      if (vault) found.push(vault)
    }
  }
  // Of two vaults that had one name, the older was deleted and its fact did not come to be written.
  found.sort((a, b) => createdAt(b) - createdAt(a) || (a.vault.vaultId < b.vault.vaultId ? -1 : 1))
  const resources = new FoundResources()
  const cold = new Map(
    found.filter(({ region }) => region.isCold).map((part) => [part.vault.vaultId, part]),
  )
  for (const each of found) {
    if (each.region.isCold) continue
    const row = await addVault(context, each)
    await keepChunkingKey(context, row.account, each.vault.chunkingKey)
    const filling = { context, row, vault: each.vault, report, resources }
    const part = cold.get(coldPartOf(row.id))
    const elsewhere = part ? await addColdPart(filling, part) : new Set<PointId>()
    await fillVault({ ...filling, elsewhere })
    cold.delete(coldPartOf(row.id))
  }
  for (const { region, vault } of cold.values()) {
    const reason = `its vault ${coldPartOf(vault.vaultId)} is not there or cannot be read`
    report.unreadable.push({ region: region.region, vaultId: vault.vaultId, reason })
  }
  report.resources.push(...(await resources.add(context.catalog)))
  await context.catalog.transaction((tx) => rebuilding.markRebuilt(tx, context.clock.now()))
  return report
}

/** Adds a cold part and the points in it, and answers which those are. */
async function addColdPart(filling: Filling, part: FoundVault): Promise<ReadonlySet<PointId>> {
  const { row } = filling
  const { vault } = part
  const own = { id: vault.vaultId, keyArn: vault.keyArn, ...coldNames(row) }
  const { account, region, createdAt } = row
  const cold = {
    ...own,
    account,
    region,
    createdAt,
    type: 'COLD_PART',
    state: 'AVAILABLE',
  } as const
  await filling.context.catalog.transaction((tx) =>
    rebuilding.addVault(tx, { vault: cold, tags: {}, facts: part.facts }),
  )
  return fillColdPart(filling, { row: cold, vault })
}

/** Runs `work`; a vault that cannot be read now, or not by this version, is told instead. */
async function readable<T>(
  report: GrowingReport,
  at: { readonly region: RegionToRead; readonly vaultId: VaultId },
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    report.unreadable.push({ region: at.region.region, vaultId: at.vaultId, reason })
    return undefined
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof VaultDamaged || error instanceof FeatureUnknown) return error.message
  if (!(error instanceof Answer) || error.failure.code !== 'KeyUnusable') return undefined
  return `the key ${error.failure.keyArn} cannot be used: ${error.failure.reason}`
}

/** Opens a vault and reads its facts; undefined for one that is not to be in the catalog. */
async function look(
  region: RegionToRead,
  vaultId: VaultId,
  report: GrowingReport,
): Promise<FoundVault | undefined> {
  const vault = await region.open(vaultId)
  const { facts, lowest, highest, replaced } = await vault.facts.read()
  const known = knownByFacts(facts)
  const permit = VaultDeletionPermit.ofToldDeleted(vaultId, known)
  if (permit) {
    await region.remove(permit)
    report.removed.push(`vault ${known.vault?.arn ?? vaultId}`)
    return undefined
  }
  if (highest === 0 && !(await hasPoints(vault))) {
    const reason = 'it has neither a name nor recovery points: half made, or half removed'
    report.unreadable.push({ region: region.region, vaultId, reason })
    return undefined
  }
  return { region, vault, fact: known.vault, facts: { lowest, highest, replaced } }
}

async function hasPoints(vault: OpenVault): Promise<boolean> {
  for await (const _ of listPoints(vault)) return true
  return false
}

function createdAt({ fact }: FoundVault): number {
  return fact?.createdAt ?? 0
}

async function addVault(context: RebuildContext, found: FoundVault): Promise<VaultRow> {
  const { fact, facts } = found
  const { catalog } = context
  const add = (vault: VaultRow) =>
    catalog.transaction((tx) =>
      rebuilding.addVault(tx, { vault, tags: fact?.tags ?? {}, policy: fact?.policy, facts }),
    )
  const row = fact ? namedVault(found, fact) : unnamedVault(context, found)
  try {
    await add(row)
    return row
  } catch (error) {
    if (!(error instanceof VaultNameTaken)) throw error
    const renamed = unnamedVault(context, found)
    await add(renamed)
    return renamed
  }
}

function namedVault({ vault, region }: FoundVault, fact: VaultFact): VaultRow {
  return {
    id: vault.vaultId,
    account: fact.account,
    region: region.region,
    name: fact.name,
    arn: fact.arn,
    type: 'BACKUP_VAULT',
    state: 'AVAILABLE',
    keyArn: vault.keyArn,
    createdAt: fact.createdAt,
    creatorRequestId: fact.creatorRequestId,
    lock: fact.lock,
    copyMode: fact.copyMode,
    unconfirmed: fact.unconfirmed,
  }
}

/** A vault whose name is unknown or taken, under one made of its id. */
function unnamedVault(context: RebuildContext, { vault, region, fact }: FoundVault): VaultRow {
  const account = fact?.account ?? parseAccountId(accountOfKey(vault.keyArn))
  const name = `recovered-${vault.vaultId.slice(0, NAME_DIGITS)}`
  const place = { account, region: region.region, name }
  return {
    id: vault.vaultId,
    ...place,
    arn: formatVaultArn(place),
    type: 'BACKUP_VAULT',
    state: 'AVAILABLE',
    keyArn: vault.keyArn,
    createdAt: fact?.createdAt ?? context.clock.now(),
    lock: fact?.lock,
    unconfirmed: true,
  }
}

const NAME_DIGITS = 12
const NO_ACCOUNT = '000000000000'

function accountOfKey(arn: string): string {
  return /^arn:[^:]*:kms:[^:]*:([0-9]{12}):/.exec(arn)?.[1] ?? NO_ACCOUNT
}
