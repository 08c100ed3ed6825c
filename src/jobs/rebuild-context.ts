// What a catalog is made anew from, and the report on it while it grows.

import type { Catalog } from '../catalog/index.ts'
import type { KeyService } from '../keys/index.ts'
import type { RebuildReport, RegionName, VaultDeletionPermit, VaultId } from '../model/index.ts'
import type { OpenVault } from '../vault/index.ts'
import type { Clock, Random } from '../world/index.ts'

/** A store of one Region, by its vaults. */
export interface RegionToRead {
  readonly region: RegionName
  /** Set in a Region's cold store, which holds the cold parts of its vaults. */
  readonly isCold?: true
  /** Ids of all vaults of which anything is there. */
  vaultIds(): AsyncIterable<VaultId>
  /** Throws as `openVault` does. */
  open(vaultId: VaultId): Promise<OpenVault>
  /** Deletes all files of a vault. */
  remove(permit: VaultDeletionPermit): Promise<void>
}

export interface RebuildContext {
  /** Empty, and nobody else's. */
  readonly catalog: Catalog
  readonly keys: KeyService
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  readonly regions: readonly RegionToRead[]
}

/** The report while it grows. */
export type GrowingReport = {
  -readonly [Member in keyof RebuildReport]: RebuildReport[Member][number][]
}
