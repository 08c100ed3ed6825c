// What making a catalog out of the stores found: plain data, for people and for programs.

/** A vault that is in the new catalog. */
export interface RebuiltVault {
  readonly arn: string
  readonly vaultId: string
  readonly region: string
  readonly points: number
  readonly packs: number
  /** Packs in its store that no recovery point names: a sweep frees them. */
  readonly unneededPacks: number
  /** Its name was made up: no fact told it, or another vault has it. */
  readonly unconfirmed: boolean
}

/** One recovery point of a vault. */
export interface ReportedPoint {
  readonly vaultArn: string
  readonly pointId: string
  readonly arn: string
}

/** A vault that is not in the new catalog, and why; its files were not touched. */
export interface UnreadableVault {
  readonly region: string
  readonly vaultId: string
  readonly reason: string
}

export interface RebuildReport {
  readonly vaults: readonly RebuiltVault[]
  /** In the catalog, restored and copied like others, but not deleted: no fact speaks of them. */
  readonly unconfirmed: readonly ReportedPoint[]
  /** Not in the catalog: their facts are there, their manifests are not. */
  readonly lost: readonly ReportedPoint[]
  /** Objects that cannot be read; what they said is not in the catalog. */
  readonly damaged: readonly { readonly object: string; readonly reason: string }[]
  /** Packs that manifests name and the stores do not have; marked damaged in the catalog. */
  readonly missingPacks: readonly { readonly vaultArn: string; readonly name: string }[]
  readonly unreadable: readonly UnreadableVault[]
  /** Left-over manifests of deleted recovery points, and deleted vaults: removed now. */
  readonly removed: readonly string[]
  /** Registered again as the recovery points tell, a removed one too. */
  readonly resources: readonly string[]
}
