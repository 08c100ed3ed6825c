// How much of a thing there may be, as AWS Backup limits it (developer guide, "Quotas"). Settings:
// what is absent is not limited.

/** Quotas of every account alike. */
export interface Quotas {
  /** Vaults in one Region of one account. */
  readonly vaultsPerRegion?: number
  /** Recovery points in one vault. */
  readonly pointsPerVault?: number
  /** Copy jobs of one account at work into one Region. */
  readonly copiesPerRegion?: number
  /**
   * Beyond `copiesPerRegion`, copies still start into a vault that fewer than this many are at work
   * into.
   */
  readonly copiesPerVaultBeyond?: number
  /** Backup and copy jobs at work on one resource. */
  readonly jobsPerResource?: number
  /** Copy jobs of one resource at work into other accounts, by destination Region. */
  readonly crossAccountCopiesPerResource?: number
}

/** AWS's numbers. */
export const AWS_QUOTAS: Quotas = {
  vaultsPerRegion: 300,
  pointsPerVault: 1_000_000,
  copiesPerRegion: 100,
  copiesPerVaultBeyond: 5,
  jobsPerResource: 1,
  crossAccountCopiesPerResource: 30,
}
