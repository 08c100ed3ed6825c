// The reader of one recovery point's contents. Sealed bytes are fetched in windows where chunks
// are wanted one after another, decompressed on the thread pool a few ahead, and kept for a while,
// because small files share chunks.

import type { Entry, Extents, VaultId } from '../model/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { ChunkTable } from './chunk-table.ts'
import { decompressAsync } from './compression.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer } from './hashing.ts'
import { fetchRange, loadTables } from './pack-fetch.ts'
import { unsealChunk } from './pack-format.ts'
import type { Manifest, PackRef } from './point-manifest.ts'
import type { PointReader, ReaderOptions } from './point-reader.ts'
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
  readonly #cacheBytesMax: number
  /** Decoded chunks by row, least recently used first. */
  readonly #cache = new Map<number, Promise<Uint8Array>>()
  #cacheBytes = 0
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
    this.#cacheBytesMax = options.cacheBytes ?? CACHE_BYTES
  }

  async content(entry: Entry, write: (bytes: Uint8Array, offset: number) => void): Promise<void> {
    let offset = 0
    let ahead = 0
    let index = 0
    for (const extent of entry.extents) {
      if (extent.kind === 'data') {
        ahead = this.#lookAhead(entry.extents, index, ahead)
        const plain = await this.chunk(extent.chunk)
        const end = extent.offset + extent.sizeBytes
        if (end > plain.length) {
          throw new VaultDamaged(this.#object, 'has an extent that reaches beyond its chunk')
        }
        write(plain.subarray(extent.offset, end), offset)
      }
      offset += extent.sizeBytes
      index += 1
    }
  }

  async chunk(id: Uint8Array): Promise<Uint8Array> {
    this.#signal?.throwIfAborted()
    const row = this.#table.find(id)
    if (row >= 0) return this.#load(row)
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
      // An error is met when the chunk's turn comes.
      if (row >= 0) this.#load(row).catch(() => undefined)
    }
    return end
  }

  #load(row: number): Promise<Uint8Array> {
    const cached = this.#cache.get(row)
    if (cached !== undefined) {
      this.#cache.delete(row)
      this.#cache.set(row, cached)
      return cached
    }
    const loading = this.#open(row)
    this.#cache.set(row, loading)
    this.#cacheBytes += this.#table.plainBytesOf(row)
    loading.catch(() => this.#forget(row))
    for (const oldest of this.#cache.keys()) {
      if (this.#cacheBytes <= this.#cacheBytesMax || oldest === row) break
      this.#forget(oldest)
    }
    return loading
  }

  #forget(row: number): void {
    if (this.#cache.delete(row)) this.#cacheBytes -= this.#table.plainBytesOf(row)
  }

  async #open(row: number): Promise<Uint8Array> {
    const place = this.#table.placeOf(row)
    const { ordinal, offset, storedBytes, encoding } = place
    const pack = this.#packs[place.pack] as PackRef
    const object = packObject(this.#vault.vaultId, pack.name)
    const plainBytes = this.#table.plainBytesOf(row)
    const id = this.#table.idOf(row)
    const sealed = await this.#sealedBytes(row)
    const chunk = { id, ordinal, offset, storedBytes, plainBytes, encoding }
    const stored = unsealChunk(sealed, chunk, { ...pack, object })
    const plain = encoding === 'raw' ? stored : await decompressAsync(stored, plainBytes)
    if (plain !== undefined) return plain
    throw new VaultDamaged(object, `its chunk ${ordinal} does not decompress`, { pack: pack.name })
  }

  async #sealedBytes(row: number): Promise<Uint8Array> {
    const { pack, offset, storedBytes } = this.#table.placeOf(row)
    const end = offset + storedBytes
    let window = this.#windows.find((w) => w.pack === pack && w.offset <= offset && end <= w.end)
    if (window === undefined) {
      const isNext = this.#last.pack === pack && this.#last.end === offset
      window = this.#fetchWindow(pack, offset, isNext ? this.#windowEnd(row) : end)
    }
    this.#last = { pack, end }
    const bytes = await window.bytes
    return bytes.subarray(offset - window.offset, end - window.offset)
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
    const window = { pack, offset, end, bytes: fetchRange(this.#vault, ref, range) }
    window.bytes.catch(() => {
      this.#windows = this.#windows.filter((other) => other !== window)
    })
    this.#windows = [...this.#windows.slice(1 - WINDOWS_MAX), window]
    return window
  }
}
