// The packs that parts of others are brought together in: lines of packs for data and for entry
// blocks, of each domain, begun when they are needed. Chunks come from several readers at once and
// are taken one after another.

import type { Random } from '../world/index.ts'
import type { OpenVault } from './open-vault.ts'
import { PackFiller } from './pack-filler.ts'
import type { PackedChunk } from './pack-format.ts'
import type { PackLedger } from './pack-ledger.ts'
import { PackPuts } from './pack-puts.ts'
import type { PackRef } from './point-manifest.ts'

const MIB = 1024 * 1024
/** As a backup writes them: those of entry blocks are read alone, and smaller. */
const PACK_BYTES = { data: 16 * MIB, entries: 4 * MIB }
const PUTS_MAX = 2

export interface PartLanesOptions {
  readonly ledger: PackLedger
  readonly random: Random
  readonly signal: AbortSignal | undefined
  readonly onStored: (sizeBytes: number) => void
}

/** Which packs a chunk may go into. */
export interface PartKind {
  readonly holds: 'data' | 'entries'
  /** 16 bytes: whose ids the chunks have. A pack has one domain. */
  readonly domain: Uint8Array
}

/** A line of packs: being filled, and on their way. */
interface Lane {
  readonly filler: PackFiller
  readonly puts: PackPuts
}

export class PartLanes {
  readonly #destination: OpenVault
  readonly #options: PartLanesOptions
  readonly #lanes = new Map<string, Lane>()
  readonly #refs: (PackRef | undefined)[] = []
  #turn: Promise<unknown> = Promise.resolve()

  constructor(destination: OpenVault, options: PartLanesOptions) {
    this.#destination = destination
    this.#options = options
  }

  /** Takes chunks, `stored` as they come out of their seals; answers the numbers of their packs. */
  append(
    kind: PartKind,
    chunks: readonly { readonly chunk: PackedChunk; readonly stored: Uint8Array }[],
  ): Promise<number[]> {
    const mine = this.#turn.then(async () => {
      const packs: number[] = []
      for (const { chunk, stored } of chunks) {
        const { id, plainBytes, encoding } = chunk
        const { filler } = this.#lane(kind)
        packs.push((await filler.append(id, stored, { plainBytes, encoding })).pack)
      }
      return packs
    })
    this.#turn = mine
    // Whose turn it was is told; those behind fail with the same error.
    mine.catch(() => undefined)
    return mine
  }

  /** The pack of a number, once everything is finished. */
  refOf(pack: number): PackRef {
    const ref = this.#refs[pack]
    if (ref === undefined) throw new Error('the pack is not finished')
    return ref
  }

  /** Resolves when every pack is durable and reported. */
  async finish(): Promise<void> {
    for (const { filler, puts } of this.#lanes.values()) {
      filler.finish()
      await puts.finish()
    }
  }

  /** Waits for what is on its way, whatever comes of it. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ puts }) => puts.abandon()))
  }

  #lane({ holds, domain }: PartKind): Lane {
    const key = `${holds} ${Buffer.from(domain).toString('hex')}`
    const there = this.#lanes.get(key)
    if (there !== undefined) return there
    const { store, vaultId } = this.#destination
    const puts = new PackPuts({
      store,
      vaultId,
      ...this.#options,
      sealKey: (dataKey) => this.#destination.sealKey(dataKey),
      packBytes: PACK_BYTES[holds],
      putsMax: () => PUTS_MAX,
      nextPack: () => this.#refs.push(undefined) - 1,
      onFinished: (pack, ref) => {
        this.#refs[pack] = ref
      },
    })
    const filler = new PackFiller({
      domain,
      supply: () => puts.supply(),
      made: (pack) => puts.made(pack),
    })
    const lane = { filler, puts }
    this.#lanes.set(key, lane)
    return lane
  }
}
