// Facts on their way from the catalog's outbox to the stores: record by record, each durable before
// it is forgotten here. Whoever needs them durable waits for it; all others are written in the
// background, within a second or when the world lets it.

import type { Catalog } from '../catalog/index.ts'
import { factSnapshots, facts, vaults } from '../catalog/index.ts'
import type { VaultId } from '../model/index.ts'
import type { OpenVault } from '../vault/index.ts'
import type { Clock, Log, Random } from '../world/index.ts'
import type { DurableFacts, VaultFiles } from './context.ts'
import { Rounds } from './rounds.ts'

interface WritingContext {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  readonly vaults: Pick<VaultFiles, 'open'>
  /** When facts are told anew, where it is not as usual. */
  readonly snapshots?: factSnapshots.SnapshotLimits
}

const POLL_MS = 1_000
/** Records that one pass may add to tell a vault's facts anew. */
const STEPS_AT_ONCE = 16
/** After a failure a vault is left alone for longer and longer. */
const PAUSE_MS_MAX = 5 * 60_000

/** The one that writes facts in this process. */
export class FactsWriter extends Rounds implements DurableFacts {
  readonly #context: WritingContext
  readonly #failing = new Map<VaultId, { pauseMs: number; until: number }>()
  /** Who is at a vault: one at a time, so that nothing is put behind the back of a purge. */
  readonly #atWork = new Map<VaultId, Promise<unknown>>()

  constructor(context: WritingContext) {
    super(context.clock)
    this.#context = context
  }

  async durable(vaultId: VaultId): Promise<void> {
    await this.#inTurn(vaultId, () => this.#write(vaultId))
  }

  /**
   * Tells facts anew where many records have piled up, and deletes records that are not needed any
   * more: a bounded part of it; the background does the rest.
   */
  async shorten(vaultId: VaultId): Promise<void> {
    await this.#inTurn(vaultId, () => this.#shorten(vaultId))
  }

  async #inTurn(vaultId: VaultId, work: () => Promise<void>): Promise<void> {
    const before = this.#atWork.get(vaultId) ?? Promise.resolve()
    // What went wrong for the one before is its own to tell.
    const mine = before.then(work, work)
    this.#atWork.set(vaultId, mine)
    try {
      await mine
    } finally {
      if (this.#atWork.get(vaultId) === mine) this.#atWork.delete(vaultId)
    }
  }

  async #write(vaultId: VaultId): Promise<void> {
    const { catalog, random } = this.#context
    for (;;) {
      const due = await catalog.transaction((tx) => facts.take(tx, vaultId))
      const vault = due && (await catalog.read((tx) => vaults.byId(tx, vaultId)))
      if (!due || !vault) return
      const open = await this.#context.vaults.open(vault)
      await open.facts.write(due, random)
      await catalog.transaction((tx) => facts.written(tx, { vaultId, number: due.number }))
    }
  }

  async #shorten(vaultId: VaultId): Promise<void> {
    const { catalog, random, snapshots } = this.#context
    const vault = await catalog.read((tx) => vaults.byId(tx, vaultId))
    // Who removes a vault sees to its facts.
    if (vault?.state !== 'AVAILABLE') return
    let open: OpenVault | undefined
    for (let step = 0; step < STEPS_AT_ONCE; step += 1) {
      const due = await catalog.transaction((tx) => factSnapshots.takeStep(tx, vaultId, snapshots))
      if (!due) break
      open ??= await this.#context.vaults.open(vault)
      await open.facts.write(due, random)
      await catalog.transaction((tx) => facts.written(tx, { vaultId, number: due.number }))
    }
    const numbers = await catalog.read((tx) => factSnapshots.replacedRecords(tx, vaultId))
    if (!numbers) return
    open ??= await this.#context.vaults.open(vault)
    await open.facts.drop(numbers)
    await catalog.transaction((tx) => factSnapshots.dropped(tx, vaultId, numbers.upTo))
  }

  /** Writes first what an earlier process left, and at its end once more what can be written. */
  protected override async work(): Promise<void> {
    await super.work()
    await this.round()
  }

  protected override async round(): Promise<number> {
    const { catalog, log } = this.#context
    try {
      const due = await catalog.read((tx) => facts.dueVaults(tx))
      const moving = await catalog.read((tx) => factSnapshots.movingVaults(tx))
      for (const vaultId of new Set([...due, ...moving])) await this.#try(vaultId)
    } catch (error) {
      log.error({ error }, 'the outbox of facts cannot be read')
    }
    return POLL_MS
  }

  async #try(vaultId: VaultId): Promise<void> {
    const { catalog, clock, log } = this.#context
    const failed = this.#failing.get(vaultId)
    if (failed && failed.until > clock.monotonicMs()) return
    const vault = await catalog.read((tx) => vaults.byId(tx, vaultId))
    // Who makes a vault, or removes it, sees to its facts.
    if (vault?.state !== 'AVAILABLE') return
    try {
      await this.durable(vaultId)
      await this.shorten(vaultId)
      this.#failing.delete(vaultId)
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS_MAX, (failed?.pauseMs ?? POLL_MS) * 2)
      this.#failing.set(vaultId, { pauseMs, until: clock.monotonicMs() + pauseMs })
      log.warn({ vault: vaultId, error }, 'facts cannot be written; they wait')
    }
  }
}
