// The contents that a restore reads, where a damaged pack costs the files that need it: all the
// others are restored, and only then the job ends, without success, naming the pack and the files.

import type { VaultRow } from '../catalog/index.ts'
import { EntryLost, type RestoreReport, type RestoreRequest } from '../drivers/index.ts'
import { Answer, type PackName } from '../model/index.ts'
import { VaultDamaged } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { markDamaged } from './damage.ts'
import { describeUnwritten } from './warnings.ts'

export class RestoredContents {
  readonly #read: RestoreRequest['content']
  readonly #damaged = new Set<PackName>()

  constructor(read: RestoreRequest['content']) {
    this.#read = read
  }

  /** Hands a file's content on; throws EntryLost where a pack that holds some of it is damaged. */
  async content(...asked: Parameters<RestoreRequest['content']>): Promise<void> {
    try {
      await this.#read(...asked)
    } catch (error) {
      if (!(error instanceof VaultDamaged) || error.pack === undefined) throw error
      this.#damaged.add(error.pack)
      throw new EntryLost('its content is damaged in the backup vault', { cause: error })
    }
  }

  /** What `restoring` reports. Throws the Answer PackDamaged when it met damage on its way. */
  async mustBeWhole(
    context: Pick<JobContext, 'catalog' | 'clock'>,
    vault: VaultRow,
    restoring: Promise<RestoreReport>,
  ): Promise<RestoreReport> {
    let report: RestoreReport
    try {
      report = await restoring
    } catch (error) {
      // When nothing could be restored, that is because of the damage.
      if (error instanceof Answer) await this.#tellDamage(context, vault)
      throw error
    }
    await this.#tellDamage(context, vault, describeUnwritten(report.unwritten))
    return report
  }

  async #tellDamage(
    context: Pick<JobContext, 'catalog' | 'clock'>,
    vault: VaultRow,
    unwritten?: string,
  ): Promise<void> {
    const [pack] = this.#damaged
    if (pack === undefined) return
    await markDamaged(context, vault, this.#damaged)
    const failure = { code: 'PackDamaged', pack, vaultArn: vault.arn } as const
    throw new Answer({ ...failure, ...(unwritten ? { unwritten } : {}) })
  }
}
