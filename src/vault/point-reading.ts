// The reader of one recovery point's contents. Sealed bytes are fetched in windows where chunks
// are wanted one after another, decompressed on the thread pool a few ahead, and kept for a while,
// because small files share chunks.

import type { Entry, Extents, VaultId } from '../model/index.ts'
import { isFileStore, type ObjectStore } from '../store/index.ts'
import { ChunkCache } from './chunk-cache.ts'
import { type ChunkIds, ChunkTable } from './chunk-table.ts'
import { decompressAsync } from './compression.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer } from './hashing.ts'
import { fetchRange, loadTables } from './pack-fetch.ts'
import { unsealChunk } from './pack-format.ts'
import type { Manifest, PackRef } from './point-manifest.ts'
import type { ContentWriter, PointReader, ReaderOptions } from './point-reader.ts'
import { free } from './sealing.ts'
import { manifestObject, packObject } from './vault-files.ts'

const MIB = 1024 * 1024
const CACHE_BYTES = 12 * MIB
/** Sealed bytes fetched at once when chunks are read in the order they lie in. */
const WINDOW_BYTES = 4 * MIB
const WINDOWS_MAX = 2
/** Chunks being fetched and opened beyond the one that is wanted now. */
const AHEAD_MAX = 2

interface ReaderVault {
  readonly store: ObjectStore
  readonly vaultId: VaultId
}

interface Window {
  readonly pack: number
  readonly offset: number
  readonly end: number
  readonly bytes: Promise<Uint8Array>
  /** Chunks being opened out of it. */
  users: number
}

export async function openPoint(
  vault: ReaderVault,
  manifest: Manifest,
  options: ReaderOptions,
): Promise<PointReader> {
  const table = new ChunkTable()
  const { signal } = options
  await loadTables(vault, manifest.packs, { table, chunksMax: Number.POSITIVE_INFINITY, signal })
  return new PointReading(vault, manifest, { ...options, table })
}

class PointReading implements PointReader {
  readonly #vault: ReaderVault
  readonly #packs: readonly PackRef[]
  readonly #object: string
  readonly #table: ChunkTable
  readonly #signal: AbortSignal | undefined
  readonly #cache: ChunkCache
  readonly #isNear: boolean
  #windows: Window[] = []
  /** Where the chunk asked for last ended. */
  #last = { pack: -1, end: 0 }

  constructor(
    vault: ReaderVault,
    manifest: Manifest,
    options: ReaderOptions & { table: ChunkTable },
  ) {
    this.#vault = vault
    this.#packs = manifest.packs
    this.#object = manifestObject(vault.vaultId, manifest.pointId)
    this.#table = options.table
    this.#signal = options.signal
    this.#isNear = isFileStore(vault.store)
    this.#cache = new ChunkCache(options.cacheBytes ?? CACHE_BYTES, {
      load: (row) => this.#open(row),
      plainBytesOf: (row) => this.#table.plainBytesOf(row),
    })
  }

  get ids(): ChunkIds {
    return this.#table
  }

  async content(entry: Entry, write: ContentWriter): Promise<void> {
    let offset = 0
    let ahead = 0
    let index = 0
    for (const extent of entry.extents) {
      if (extent.kind === 'data') {
        ahead = this.#lookAhead(entry.extents, index, ahead)
        const row = this.#rowOf(extent.chunk)
        const end = extent.offset + extent.sizeBytes
        if (end > this.#table.plainBytesOf(row)) {
          throw new VaultDamaged(this.#object, 'has an extent that reaches beyond its chunk')
        }
        const at = offset
        await this.#cache.use(row, (plain) => write(plain.subarray(extent.offset, end), at))
      }
      offset += extent.sizeBytes
      index += 1
    }
  }

  async chunk(id: Uint8Array): Promise<Uint8Array> {
    return this.#cache.lend(this.#rowOf(id))
  }

  #rowOf(id: Uint8Array): number {
    this.#signal?.throwIfAborted()
    const row = this.#table.find(id)
    if (row >= 0) return row
    const hex = asBuffer(id).toString('hex')
    throw new VaultDamaged(this.#object, `names a chunk that is in none of its packs: ${hex}`)
  }

  /** Begins loading the chunks of the next extents; says up to which extent that was done. */
  #lookAhead(extents: Extents, index: number, done: number): number {
    const end = Math.min(extents.length, index + 1 + AHEAD_MAX)
    for (let next = Math.max(index, done); next < end; next++) {
      const extent = extents.at(next)
      if (extent?.kind !== 'data') continue
      const row = this.#table.find(extent.chunk)
      if (row >= 0) this.#cache.prepare(row)
    }
    return end
  }

  async #open(row: number): Promise<Uint8Array> {
    const { ordinal, offset, storedBytes, encoding, pack: number } = this.#table.placeOf(row)
    const pack = this.#packs[number] as PackRef
    const object = packObject(this.#vault.vaultId, pack.name)
    const plainBytes = this.#table.plainBytesOf(row)
    const chunk = { id: this.#table.idOf(row), ordinal, offset, storedBytes, plainBytes, encoding }
    const stored = await this.#sealed(row, (sealed) =>
      unsealChunk(sealed, chunk, { ...pack, object }),
    )
    if (encoding === 'raw') return stored
    const plain = await decompressAsync(stored, plainBytes)
    free(stored)
    if (plain !== undefined) return plain
    throw new VaultDamaged(object, `its chunk ${ordinal} does not decompress`, { pack: pack.name })
  }

  /** Hands a chunk's sealed bytes to `open`, which may not keep them. */
  async #sealed(row: number, open: (sealed: Uint8Array) => Uint8Array): Promise<Uint8Array> {
    const { pack, offset, storedBytes } = this.#table.placeOf(row)
    const end = offset + storedBytes
    let window = this.#windows.find((w) => w.pack === pack && w.offset <= offset && end <= w.end)
    if (window === undefined) {
      const isNext = this.#last.pack === pack && this.#last.end === offset
      window = this.#fetchWindow(pack, offset, isNext ? this.#windowEnd(row) : end)
    }
    this.#last = { pack, end }
    window.users += 1
    try {
      const bytes = await window.bytes
      return open(bytes.subarray(offset - window.offset, end - window.offset))
    } finally {
      window.users -= 1
      if (!this.#windows.includes(window)) this.#release(window)
    }
  }

  /** Where the last chunk ends that lies behind a row's, without a gap, in one window. */
  #windowEnd(row: number): number {
    const first = this.#table.placeOf(row)
    let end = first.offset + first.storedBytes
    for (let next = row + 1; next < this.#table.size; next++) {
      const place = this.#table.placeOf(next)
      if (place.pack !== first.pack || place.offset !== end) break
      if (end + place.storedBytes - first.offset > WINDOW_BYTES) break
      end += place.storedBytes
    }
    return end
  }

  #fetchWindow(pack: number, offset: number, end: number): Window {
    const ref = this.#packs[pack] as PackRef
    const range = { offset, sizeBytes: end - offset, signal: this.#signal }
    const window = { pack, offset, end, users: 0, bytes: fetchRange(this.#vault, ref, range) }
    window.bytes.catch(() => {
      this.#windows = this.#windows.filter((other) => other !== window)
    })
    const dropped = this.#windows.slice(0, 1 - WINDOWS_MAX)
    this.#windows = [...this.#windows.slice(1 - WINDOWS_MAX), window]
    for (const other of dropped) this.#release(other)
    return window
  }

  /** Gives back what nobody can come by any more, unless a store in memory lent its own bytes. */
  #release({ users, bytes }: Window): void {
    if (users === 0 && this.#isNear) bytes.then(free, () => undefined)
  }
}
