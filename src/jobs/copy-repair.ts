// What a copy does about damaged packs it meets, at its source or among those its destination has
// already: it makes them whole from any vault of the account that can give them, says so, and goes
// on. One that nobody can give fails the copy as before.

import type { VaultRow } from '../catalog/index.ts'
import type { AccountId, PackName } from '../model/index.ts'
import { packObject, VaultDamaged } from '../vault/index.ts'
import type { ProgressMeter } from './progress.ts'
import { type RepairOrder, repairPack } from './repair.ts'
import { describeWarnings } from './warnings.ts'

/** The repairs of one attempt at a copy, told to the account that copies. */
export class CopyRepairs {
  readonly #order: Omit<RepairOrder, 'vault' | 'name'>
  readonly #meter: ProgressMeter
  readonly #vaults: readonly VaultRow[]
  readonly #account: AccountId
  /** Objects tried: a repair that did not help is not made twice. */
  readonly #tried = new Set<string>()
  readonly #sentences: string[] = []

  constructor(
    order: Omit<RepairOrder, 'vault' | 'name'>,
    of: { meter: ProgressMeter; vaults: readonly VaultRow[]; account: AccountId },
  ) {
    this.#order = order
    this.#meter = of.meter
    this.#vaults = of.vaults
    this.#account = of.account
  }

  /** What was repaired, for the job's message; undefined when nothing was. */
  get told(): string | undefined {
    return describeWarnings(this.#sentences.toSorted()) || undefined
  }

  /** Makes the pack whole that the damage names; false when that cannot be done. */
  async mend(damage: VaultDamaged): Promise<boolean> {
    const { pack: name, object } = damage
    const vault = this.#vaults.find(({ id }) => object.startsWith(id))
    if (name === undefined || vault === undefined || this.#tried.has(object)) return false
    this.#tried.add(object)
    const repair = await repairPack({ ...this.#order, vault, name })
    if (repair.end !== 'repaired') return false
    this.#meter.add({ packsRepaired: 1 })
    // Whoever copies into another account's vault is not told which others there are.
    const { account, arn } = repair.donor
    const donor = account === this.#account ? `backup vault ${arn}` : 'another one of its account'
    this.#sentences.push(
      `Pack ${name} of backup vault ${vault.arn} was damaged and was repaired from ${donor}.`,
    )
    return true
  }

  /** Does `work` again after each pack it finds damaged that could be made whole. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof VaultDamaged) || !(await this.mend(error))) throw error
      }
    }
  }

  /** Makes packs of the vault whole that are marked. Throws VaultDamaged for one that cannot be. */
  async mendMarked(vault: VaultRow, marked: Iterable<PackName>): Promise<void> {
    for (const name of marked) {
      const object = packObject(vault.id, name)
      const damage = new VaultDamaged(object, 'is marked as damaged', { pack: name })
      if (!(await this.mend(damage))) throw damage
    }
  }
}
