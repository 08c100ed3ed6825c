// What a job does about a vault whose bytes are not what they must be: the pack is marked, so that
// later backups do not rest on it, and the job ends naming it. Trying again would not mend it.

import type { VaultRow } from '../catalog/index.ts'
import { packs, points, vaults as vaultRows } from '../catalog/index.ts'
import { Answer, DiskFull, type Failure, type PackName, Trouble } from '../model/index.ts'
import { FeatureUnknown, type OpenVault, pointOfManifest, VaultDamaged } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import type { Admission } from './throttle.ts'

/** Runs `work`, which reads the vaults' files; damage in them becomes the job's Answer. */
export async function namingDamage<Result>(
  context: Pick<JobContext, 'catalog' | 'clock'>,
  vaults: readonly VaultRow[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof FeatureUnknown) {
      throw new Answer({ code: 'Internal', reason: error.message }, { cause: error })
    }
    if (!(error instanceof VaultDamaged)) throw error
    const { pack, object } = error
    const vault = vaults.find(({ id }) => object.startsWith(id))
    const failure = vault && !pack && (await manifestFailure(context, vault, error))
    if (failure) throw new Answer(failure, { cause: error })
    if (pack === undefined || vault === undefined) {
      throw new Answer({ code: 'Internal', reason: error.message }, { cause: error })
    }
    await markDamaged(context, vault, [pack])
    throw new Answer({ code: 'PackDamaged', pack, vaultArn: vault.arn }, { cause: error })
  }
}

/** Has later backups not rest on these packs of a vault. */
export async function markDamaged(
  { catalog, clock }: Pick<JobContext, 'catalog' | 'clock'>,
  vault: VaultRow,
  names: Iterable<PackName>,
): Promise<void> {
  for (const name of names) {
    const damaged = { vaultId: vault.id, name, now: clock.now() }
    await catalog.transaction((tx) => packs.markDamaged(tx, damaged))
  }
}

/**
 * What to say of a damaged or missing manifest, which is kept with its point; undefined for any
 * other object. A point that is gone, or that has moved, meanwhile has no manifest to be damaged.
 */
async function manifestFailure(
  context: Pick<JobContext, 'catalog' | 'clock'>,
  vault: VaultRow,
  { object, missing, reason }: VaultDamaged,
): Promise<Failure | undefined> {
  const id = pointOfManifest(vault.id, object)
  if (id === undefined) return undefined
  return context.catalog.transaction(async (tx) => {
    const point = await points.byId(tx, id)
    if (point === undefined) return undefined
    const { arn } = point
    if (missing && point.status !== 'COMPLETED') return { code: 'RecoveryPointGone', arn }
    if (missing && vaultRows.holdingId(point) !== vault.id) {
      throw new Trouble('the recovery point moves to cold storage', { retryable: true })
    }
    const told = `its manifest ${reason}`
    const found = {
      at: context.clock.now(),
      result: 'DAMAGED',
      samplePercent: 0,
      reason: told,
    } as const
    await points.setVerification(tx, id, found)
    return { code: 'ManifestDamaged', arn }
  })
}

/** The vault, opened; damage in its record becomes the job's Answer. */
export function openNaming(
  context: Pick<JobContext, 'catalog' | 'clock' | 'vaults'>,
  vault: VaultRow,
  admission?: Admission,
): Promise<OpenVault> {
  return namingDamage(context, [vault], () => context.vaults.open(vault, admission))
}

/** Whether the error says that a vault cannot be opened, now or ever: its key, record or format. */
export function isClosed(error: unknown): boolean {
  if (error instanceof VaultDamaged || error instanceof FeatureUnknown) return true
  return error instanceof Answer && error.failure.code === 'KeyUnusable'
}

/** Whether a vault can be told nothing now: it is closed, or on a full disk. */
export const isUntellable = (error: unknown): boolean =>
  isClosed(error) || error instanceof DiskFull
