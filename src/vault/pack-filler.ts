// Fills packs with chunks as they are to be stored, one pack after another; whose they are and how
// they get into a store is its target's business.

import type { ChunkPlace } from './chunk-table.ts'
import type { Encoding } from './compression.ts'
import { PackBuilder } from './pack-builder.ts'
import type { PackingTarget } from './packing.ts'

export class PackFiller {
  readonly #target: Pick<PackingTarget, 'domain' | 'supply' | 'made'>
  #current: { readonly pack: number; readonly builder: PackBuilder } | undefined

  constructor(target: Pick<PackingTarget, 'domain' | 'supply' | 'made'>) {
    this.#target = target
  }

  /** Seals a chunk into the current pack, or into the next one when that is full. */
  async append(
    id: Uint8Array,
    stored: Uint8Array,
    of: { plainBytes: number; encoding: Encoding },
  ): Promise<ChunkPlace> {
    if (this.#current?.builder.fits(stored.length) === false) this.finish()
    this.#current ??= await this.#begin()
    const { pack, builder } = this.#current
    return { pack, ...builder.add(id, stored, of) }
  }

  /** Hands over the pack that is being filled, if there is one. */
  finish(): void {
    if (this.#current === undefined) return
    const { pack, builder } = this.#current
    this.#current = undefined
    this.#target.made({ pack, ...builder.finish() })
  }

  async #begin() {
    const { pack, buffer, dataKey } = await this.#target.supply()
    return { pack, builder: new PackBuilder(buffer, { domain: this.#target.domain, dataKey }) }
  }
}
