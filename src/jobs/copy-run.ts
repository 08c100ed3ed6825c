// A copy at work: both its ends open, and what its steps share.

import type { Claim, VaultRow } from '../catalog/index.ts'
import type { CopyMode, Failure } from '../model/index.ts'
import type { OpenVault } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import type { CopyRepairs } from './copy-repair.ts'
import type { ProgressMeter } from './progress.ts'

/** What every step of a copy is handed. */
export interface CopyRun {
  readonly context: JobContext
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly mode: CopyMode
  readonly sourceRow: VaultRow
  readonly destinationRow: VaultRow
  readonly source: OpenVault
  readonly destination: OpenVault
  readonly meter: ProgressMeter
  readonly repairs: CopyRepairs
  /** What the job ends with when its destination is deleted under it. */
  readonly vaultGone: Failure
}
