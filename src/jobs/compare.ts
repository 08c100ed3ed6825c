// Comparing two vaults of an account by what the catalog knows of them: which recovery points the
// other one has no copy of, and which packs and bytes it lacks. Reads the catalog in parts, so that
// others are served in between; touches no store.

import type { PointRow, VaultRow } from '../catalog/index.ts'
import { comparing, vaults } from '../catalog/index.ts'
import { Answer, parseVaultArn } from '../model/index.ts'
import { mustFindVault } from './admit-lookup.ts'
import type { AdmissionContext, Requester } from './admit-once.ts'

/** Points told one by one; beyond them there is a count. */
const POINTS_TOLD = 1_000

/** What the other vault has not, and what it has only with a mark of damage. */
export interface Lacking {
  readonly missing: comparing.Amount
  readonly damaged: comparing.Amount
}

export interface Comparison {
  readonly vault: VaultRow
  readonly other: VaultRow
  /** Completed points of the vault, and of how many of them the other has no copy. */
  readonly points: number
  readonly pointsMissing: number
  /** The newest of those without a copy, at most 1,000. */
  readonly missingPoints: readonly (Lacking & { readonly point: PointRow })[]
  /** Of the packs of points without a copy; and what is damaged of the copies there are. */
  readonly packs: Lacking
}

/**
 * What `other` (a name in the requester's Region, or an ARN) lacks of the vault. Throws the
 * Answers InsufficientPrivileges and InvalidParameter.
 */
export async function compareVaults(
  context: Pick<AdmissionContext, 'catalog'> & {
    readonly clock: { sleep(ms: number): Promise<void> }
  },
  request: { readonly from: Requester; readonly vaultName: string; readonly other: string },
): Promise<Comparison> {
  const { catalog, clock } = context
  const { vault, other } = await catalog.read(async (tx) => ({
    vault: await mustFindVault(tx, request.from, request.vaultName),
    other: await otherVault(tx, request),
  }))
  const two = { vaultId: vault.id, other: other.id }
  const page = { limit: POINTS_TOLD }
  const { count, listed } = await catalog.read(async (tx) => ({
    count: await comparing.countWithoutCopy(tx, two),
    listed: await comparing.pointsWithoutCopy(tx, { ...two, page }),
  }))
  const missingPoints: (Lacking & { point: PointRow })[] = []
  for (const point of listed.rows) {
    await clock.sleep(0)
    const of = { ...two, pointId: point.id }
    const { missing, damaged } = await catalog.read((tx) => comparing.lackingOfPoint(tx, of))
    missingPoints.push({ point, missing, damaged })
  }
  const packs = await catalog.read((tx) => comparing.lackingOfAll(tx, two))
  const { points, without: pointsMissing } = count
  return { vault, other, points, pointsMissing, missingPoints, packs }
}

async function otherVault(
  tx: Parameters<typeof mustFindVault>[0],
  request: { readonly from: Requester; readonly other: string },
): Promise<VaultRow> {
  const { from, other } = request
  const arn = parseVaultArn(other)
  if (!arn) {
    if (!other.startsWith('arn:')) return mustFindVault(tx, from, other)
    const reason = 'it is not the ARN of a backup vault'
    throw new Answer({ code: 'InvalidParameter', parameter: 'with', reason })
  }
  const vault = arn.account === from.account ? await vaults.byArn(tx, other) : undefined
  if (!vault) throw new Answer({ code: 'InsufficientPrivileges' })
  return vault
}
