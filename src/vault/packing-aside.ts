// Makes packs on another thread: chunks go there, packs come back, over a line on which memory
// changes hands and is never copied. Keys go there with the memory of the pack that they seal.

import { Trouble } from '../model/index.ts'
import type { Port } from '../world/index.ts'
import type {
  MadePack,
  NewChunk,
  OpenPacking,
  Packing,
  PackingTarget,
  PackSupply,
} from './packing.ts'
import { packHere } from './packing-here.ts'

/** What who has packs made says. */
export type ToPacker =
  | { readonly type: 'begin'; readonly domain: Uint8Array }
  | { readonly type: 'chunk'; readonly chunk: NewChunk }
  | { readonly type: 'supply'; readonly supply: PackSupply }
  | { readonly type: 'finish' }

/** What who makes them says. `placed` has PLACE_WORDS for each chunk of the pack. */
export type FromPacker =
  | { readonly type: 'wants supply' }
  | { readonly type: 'made'; readonly made: MadePack; readonly placed: Uint32Array }
  | { readonly type: 'spent'; readonly buffer: Uint8Array }
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly reason: string }

/** Row, ordinal, offset, stored length, and 1 for zstd. */
const PLACE_WORDS = 5

/** Packing at the other end of lines that `open` opens, one for each target. */
export function packAside(open: () => Port<ToPacker, FromPacker>): OpenPacking {
  return (target) => new PackingAside(open(), target)
}

class PackingAside implements Packing {
  readonly #line: Port<ToPacker, FromPacker>
  readonly #target: PackingTarget
  readonly #finished = Promise.withResolvers<void>()
  #ended = false

  constructor(line: Port<ToPacker, FromPacker>, target: PackingTarget) {
    this.#line = line
    this.#target = target
    // A failure before `finish` is called is told by the target's `failed`.
    this.#finished.promise.catch(() => undefined)
    line.listen({
      message: (message) => this.#hear(message),
      end: () => this.#fail(gone('it ended')),
    })
    line.post({ type: 'begin', domain: target.domain })
  }

  take(chunk: NewChunk): void {
    if (!this.#ended) this.#line.post({ type: 'chunk', chunk }, [memoryOf(chunk.buffer)])
  }

  finish(): Promise<void> {
    if (!this.#ended) this.#line.post({ type: 'finish' })
    return this.#finished.promise
  }

  async abandon(): Promise<void> {
    this.#end()
    this.#finished.reject(new Error('the packing was abandoned'))
  }

  #hear(message: FromPacker): void {
    if (this.#ended) return
    if (message.type === 'wants supply') void this.#supply()
    else if (message.type === 'made') this.#made(message.made, message.placed)
    else if (message.type === 'spent') this.#target.spent(message.buffer)
    else if (message.type === 'failed') this.#fail(gone(message.reason))
    else {
      this.#end()
      this.#finished.resolve()
    }
  }

  async #supply(): Promise<void> {
    try {
      const supply = await this.#target.supply()
      if (!this.#ended) this.#line.post({ type: 'supply', supply }, [memoryOf(supply.buffer)])
    } catch (error) {
      this.#fail(error)
    }
  }

  #made(made: MadePack, placed: Uint32Array): void {
    for (let at = 0; at < placed.length; at += PLACE_WORDS) {
      const words = [...placed.subarray(at, at + PLACE_WORDS)] as Words
      const [row, ordinal, offset, storedBytes, isZstd] = words
      const encoding = isZstd === 1 ? 'zstd' : 'raw'
      this.#target.placed(row, { pack: made.pack, ordinal, offset, storedBytes, encoding })
    }
    this.#target.made(made)
  }

  #fail(error: unknown): void {
    if (this.#ended) return
    this.#end()
    this.#finished.reject(error)
    this.#target.failed(error)
  }

  #end(): void {
    this.#ended = true
    this.#line.close()
  }
}

type Words = [number, number, number, number, number]

/** Makes the packs of one line, on the thread it ends at. */
export function servePacking(line: Port<FromPacker, ToPacker>): void {
  const wanted: PromiseWithResolvers<PackSupply>[] = []
  let packing: Packing | undefined
  let placed: number[] = []
  const targetOf = (domain: Uint8Array): PackingTarget => ({
    domain,
    supply() {
      const supply = Promise.withResolvers<PackSupply>()
      wanted.push(supply)
      line.post({ type: 'wants supply' })
      return supply.promise
    },
    placed(row, { ordinal, offset, storedBytes, encoding }) {
      placed.push(row, ordinal, offset, storedBytes, encoding === 'zstd' ? 1 : 0)
    },
    made(made) {
      const message = { type: 'made', made, placed: Uint32Array.from(placed) } as const
      line.post(message, [memoryOf(made.bytes)])
      placed = []
    },
    spent: (buffer) => line.post({ type: 'spent', buffer }, [memoryOf(buffer)]),
    failed: (error) => line.post({ type: 'failed', reason: String(error) }),
  })
  line.listen({
    message(message) {
      if (message.type === 'begin') packing = packHere(targetOf(message.domain))
      else if (message.type === 'chunk') packing?.take(message.chunk)
      else if (message.type === 'supply') wanted.shift()?.resolve(message.supply)
      // That it failed is told already.
      else
        packing?.finish().then(
          () => line.post({ type: 'finished' }),
          () => undefined,
        )
    },
    end() {
      for (const supply of wanted.splice(0)) supply.reject(new Error('nobody wants the pack'))
      void packing?.abandon()
    },
  })
}

function gone(reason: string): Trouble {
  return new Trouble(`the side thread makes no more packs: ${reason}`, { retryable: true })
}

function memoryOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer as ArrayBuffer
}
