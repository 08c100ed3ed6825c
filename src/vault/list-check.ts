// Proves entry lists as a restore would read them, without the points' content. Points of one
// resource share nearly all blocks of their lists: a block that was proved behind the same entry is
// not read again.

import { VaultDamaged } from './damage.ts'
import { EntryList } from './entry-list.ts'
import type { LastEntry } from './entry-order.ts'
import { asBuffer } from './hashing.ts'
import { fetchBlock, namingLoss, type PackPlace } from './pack-fetch.ts'
import type { BlockRef, Manifest, PackRef } from './point-manifest.ts'
import { manifestObject } from './vault-files.ts'

/** Blocks remembered: some hundred bytes each. */
const PROVED_MAX = 65_536

export class EntryListCheck {
  readonly #place: PackPlace
  readonly #proved = new Map<string, LastEntry>()

  /** Of points whose files lie at `place`. */
  constructor(place: PackPlace) {
    this.#place = place
  }

  /** Throws VaultDamaged: naming a pack where it is one, else saying what of the list is wrong. */
  async prove(manifest: Manifest, signal: AbortSignal): Promise<void> {
    const object = manifestObject(this.#place.vaultId, manifest.pointId)
    let list = new EntryList()
    for (const block of manifest.entryBlocks) {
      signal.throwIfAborted()
      const key = list.isBetweenEntries ? keyOf(block, list.last) : undefined
      const known = key === undefined ? undefined : this.#proved.get(key)
      if (known) {
        list = EntryList.behind(known)
        continue
      }
      await this.#read(list, block, { manifest, object })
      const { isBetweenEntries, last } = list
      if (key !== undefined && isBetweenEntries && last) this.#keep(key, last)
    }
    sayingList(object, () => list.end(object))
  }

  async #read(
    list: EntryList,
    block: BlockRef,
    { manifest, object }: { readonly manifest: Manifest; readonly object: string },
  ): Promise<void> {
    const pack = manifest.packs[block.pack] as PackRef
    const plain = await namingLoss(this.#place, pack, () => fetchBlock(this.#place, pack, block))
    sayingList(object, () => {
      for (const _ of list.block(plain, object));
    })
  }

  #keep(key: string, last: LastEntry): void {
    if (this.#proved.size >= PROVED_MAX) this.#proved.clear()
    this.#proved.set(key, { path: last.path, kind: last.kind })
  }
}

/** What a block means is decided by its bytes and by the entry before it. */
function keyOf({ chunk }: BlockRef, last: LastEntry | undefined): string {
  const before = last ? `${last.kind} ${asBuffer(last.path).toString('latin1')}` : ''
  return asBuffer(chunk).toString('latin1') + before
}

function sayingList(object: string, read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof VaultDamaged)) throw error
    throw new VaultDamaged(object, `its list of entries ${error.reason}`, { cause: error })
  }
}
