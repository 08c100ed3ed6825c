// The watch over vaults whose lock is in force: has all their files held on their disks, and what
// comes in later as well, so that they are removed only by what asks the lock. A lock that can
// still be taken away holds no file. Nothing waits for it, and nothing is wrong without it.

import { type Catalog, holding } from '../catalog/index.ts'
import type { VaultId } from '../model/index.ts'
import { type FilesHeld, holdFiles } from '../vault/index.ts'
import type { Clock, Log } from '../world/index.ts'
import type { VaultFiles } from './context.ts'
import { Rounds } from './rounds.ts'

interface HoldContext {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Log
  readonly vaults: Pick<VaultFiles, 'storeOf'>
}

/** Whether the files of a vault whose lock is in force can only be removed by Copyhold itself. */
export interface FileHold {
  readonly state: 'UNDER_WAY' | 'SET' | 'UNSUPPORTED'
  /** Why they cannot be held. */
  readonly reason?: string
}

type HeldUpTo = Extract<FilesHeld, { heldUpTo: unknown }>['heldUpTo']

/** One vault on the way through its objects. */
interface WayThrough {
  /** The vault as the round began with it. */
  readonly mark: string
  after?: Exclude<HeldUpTo, 'the end'>
  /** Rounds still to go: one more than seems needed, for what was being written meanwhile. */
  left: number
}

const POLL_MS = 10_000
/** Between the parts of a large vault. */
const PART_PAUSE_MS = 100
const ROUNDS = 2

/** The one that holds files in this process. */
export class FileHolds extends Rounds {
  readonly #context: HoldContext
  readonly #tell: (vaultId: VaultId, hold: FileHold) => void
  readonly #rounds = new Map<VaultId, WayThrough>()
  /** Where it cannot be done, which is found once. */
  readonly #unsupported = new Set<VaultId>()
  readonly #reasonsTold = new Set<string>()

  /** `tell` is called with each change. */
  constructor(context: HoldContext, tell: (vaultId: VaultId, hold: FileHold) => void) {
    super(context.clock)
    this.#context = context
    this.#tell = tell
  }

  /** One part of each vault that is not held as it is; answers whether there are more parts. */
  async holdSome(): Promise<boolean> {
    const { catalog, clock, log } = this.#context
    const now = clock.now()
    let more = false
    for (const held of await catalog.read((tx) => holding.inForce(tx, now))) {
      if (this.stopping.aborted) return false
      try {
        if (await this.#holdSomeOf(held)) more = true
      } catch (error) {
        log.error({ error, vault: held.vault.name }, 'its files cannot be held now')
      }
    }
    return more
  }

  /** Answers whether the vault has more parts. */
  async #holdSomeOf({ vault, mark }: holding.HeldVault): Promise<boolean> {
    if (this.#unsupported.has(vault.id)) return false
    const round = this.#roundOf(vault.id, mark)
    if (round.left === 0) return false
    const store = await this.#context.vaults.storeOf(vault)
    const held = await holdFiles({ store, vaultId: vault.id }, round.after)
    if ('unsupported' in held) {
      this.#giveUp(vault, held.unsupported)
      return false
    }
    if (held.heldUpTo !== 'the end') {
      round.after = held.heldUpTo
      return true
    }
    delete round.after
    round.left -= 1
    this.#tell(vault.id, { state: 'SET' })
    return false
  }

  #roundOf(id: VaultId, mark: string): WayThrough {
    const known = this.#rounds.get(id)
    // What changes while a round is under way is for the next one.
    if (known && (known.mark === mark || known.after !== undefined)) return known
    const round: WayThrough = { mark, left: ROUNDS }
    this.#rounds.set(id, round)
    if (!known) this.#tell(id, { state: 'UNDER_WAY' })
    return round
  }

  #giveUp(vault: { readonly id: VaultId; readonly name: string }, reason: string): void {
    this.#unsupported.add(vault.id)
    this.#tell(vault.id, { state: 'UNSUPPORTED', reason })
    if (this.#reasonsTold.has(reason)) return
    this.#reasonsTold.add(reason)
    const { log } = this.#context
    log.warn({ vault: vault.name, reason }, 'files of a locked vault cannot be made immutable')
  }

  protected override async round(): Promise<number> {
    try {
      return (await this.holdSome()) ? PART_PAUSE_MS : POLL_MS
    } catch (error) {
      const { log } = this.#context
      log.error({ error }, 'vaults to hold cannot be looked up; the next look comes soon')
      return POLL_MS
    }
  }
}
