// The writer of one recovery point: reads contents into two streams of chunks (small files laid
// end to end, large ones each for itself), keeps what is new, and lists the entries in order.

import {
  type Entry,
  type EntryFacts,
  type Extent,
  type Extents,
  ranges,
  type VaultId,
} from '../model/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { ChunkStream } from './chunk-stream.ts'
import { type ChunkIds, ChunkTable } from './chunk-table.ts'
import * as reading from './content-reading.ts'
import { EntryBlockBuilder, type TableExtent, type TableExtents } from './entry-block.ts'
import { EntryOrder } from './entry-order.ts'
import { ExtentRows } from './extent-rows.ts'
import { copyOf, keyedHash } from './hashing.ts'
import { loadTables } from './pack-fetch.ts'
import { PackLane } from './pack-lane.ts'
import type { OpenPacking } from './packing.ts'
import type { BlockRef, PackRef } from './point-manifest.ts'
import type { PointWriter, WriterLimits, WriterOptions, WrittenPoint } from './point-writer.ts'
import type { SourceContent } from './source-content.ts'
import { WriterCounts } from './writer-counts.ts'
import { WriterPacks } from './writer-packs.ts'

const MIB = 1024 * 1024
// Packs of half the format's limit: with one being filled and two on their way, a writer of 32 MiB
// packs would hold 96 MiB for them alone, and nothing was measured to be faster for it.
const WRITER_LIMITS: WriterLimits = {
  packBytes: 16 * MIB,
  // Smaller: planning and listing read them alone.
  blockPackBytes: 4 * MIB,
  chunkMinBytes: MIB / 4,
  chunkAverageBytes: MIB,
  chunkMaxBytes: 4 * MIB,
  ownChunkBytes: MIB,
  holeBytes: 64 * 1024,
  blockBytes: MIB,
  knownChunksMax: 1024 * 1024,
  putsMax: 2,
  vastChunks: 256 * 1024,
  // With room for what one more step may add.
  fileExtentsMax: ranges.FILE_EXTENTS_MAX - 4096,
}
/** Entries and their extents that may wait for the bundle's next cut; more of them force one. */
const PENDING_ENTRIES_MAX = 16_384
const PENDING_PIECES_MAX = 65_536
/** The extents of an entry taken over are kept in typed arrays when there are more. */
const EXTENT_OBJECTS_MAX = 1024
const NO_EXTENTS: Extents = []

export interface WriterVault {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly domain: Uint8Array
  readonly chunkingKey: Uint8Array
  readonly sealKey: (dataKey: Uint8Array) => Uint8Array
  readonly packing: OpenPacking
}

interface PendingEntry {
  readonly facts: EntryFacts
  readonly settled?: reading.SettledExtents | undefined
  readonly pieces: readonly reading.Piece[]
}

interface ContentStream {
  readonly chunks: ChunkStream
  readonly spans: reading.SpanQueue
}

/** Loads the known packs' tables and begins. Throws VaultDamaged naming a known pack. */
export async function beginPoint(vault: WriterVault, options: WriterOptions): Promise<PointWriter> {
  const limits = { ...WRITER_LIMITS, ...options.limits }
  const known = [...new Map(options.known.map((pack) => [pack.name, pack])).values()]
  const table = new ChunkTable()
  const taken = await loadTables(vault, known, {
    table,
    chunksMax: limits.knownChunksMax,
    signal: options.signal,
    without: options.without,
  })
  return new PointWriting(vault, options, { limits, table, known: known.slice(0, taken) })
}

class PointWriting implements PointWriter {
  readonly #chunkingKey: Uint8Array
  readonly #signal: AbortSignal | undefined
  readonly #turns: WriterOptions['turns']
  readonly #limits: WriterLimits
  readonly #table: ChunkTable
  readonly #packs: WriterPacks
  readonly #counts: WriterCounts
  readonly #dataLane: PackLane
  readonly #blockLane: PackLane
  readonly #bundle: ContentStream
  #own: ContentStream | undefined
  readonly #order = new EntryOrder()
  #pending: PendingEntry[] = []
  #pendingPieces = 0
  readonly #blocks: EntryBlockBuilder
  readonly #blockRows: number[] = []
  #lastFound: { id: Uint8Array | undefined; row: number } = { id: undefined, row: -1 }
  #state: 'open' | 'busy' | 'ended' = 'open'

  constructor(
    vault: WriterVault,
    options: WriterOptions,
    begun: { limits: WriterLimits; table: ChunkTable; known: readonly PackRef[] },
  ) {
    const { limits, table, known } = begun
    this.#chunkingKey = vault.chunkingKey
    this.#signal = options.signal
    this.#turns = options.turns
    this.#limits = limits
    this.#table = table
    this.#packs = new WriterPacks(known)
    this.#counts = new WriterCounts(options.onProgress)
    const lane = (packBytes: number, putsMax: () => number) =>
      new PackLane({
        ...vault,
        ...options,
        packBytes,
        putsMax,
        nextPack: () => this.#packs.begin(),
        onPlaced: (row, place) => table.place(row, place),
        onFinished: (pack, ref) => this.#packs.keep(pack, ref),
        onStored: (sizeBytes) => this.#counts.add({ bytesStored: sizeBytes, packsStored: 1 }),
      })
    this.#dataLane = lane(limits.packBytes, () => (this.#isVast ? 1 : limits.putsMax))
    this.#blockLane = lane(limits.blockPackBytes, () => 1)
    this.#bundle = this.#openStream()
    this.#blocks = new EntryBlockBuilder(table, limits.blockBytes)
  }

  async add(facts: EntryFacts, content?: SourceContent): Promise<void> {
    if (this.addAtOnce(facts)) return
    this.#accept(facts)
    if (facts.kind !== 'file') {
      await this.#run(() => this.#list({ facts: { ...facts, sizeBytes: 0 }, pieces: [] }))
      return
    }
    let entry: PendingEntry = { facts: { ...facts, sizeBytes: 0 }, pieces: [] }
    if (content !== undefined) {
      const isLarge = facts.sizeBytes >= this.#limits.ownChunkBytes
      const { sizeBytes, ...read } = await this.#read(content, isLarge)
      entry = { ...read, facts: closedFacts(facts, content, sizeBytes) }
    }
    await this.#run(() => this.#list(entry))
  }

  get ids(): ChunkIds {
    return this.#table
  }

  chunkPlainBytes(id: Uint8Array): number | undefined {
    const row = this.#find(id)
    return row < 0 ? undefined : this.#table.plainBytesOf(row)
  }

  reusable(entry: Entry): boolean {
    for (const extent of entry.extents) {
      if (extent.kind === 'data' && this.#find(extent.chunk) < 0) return false
    }
    return true
  }

  async addUnchanged(entry: Entry): Promise<void> {
    if (this.addAtOnce(entry)) return
    this.#accept(entry)
    const isLong = entry.extents.length > EXTENT_OBJECTS_MAX
    const settled = this.#taken(entry.extents, isLong ? new ExtentRows(this.#table) : [])
    const { extents: _, ...facts } = entry
    await this.#run(() => this.#list({ facts, settled, pieces: [] }))
  }

  addAtOnce(entry: Entry | EntryFacts): boolean {
    const extents = 'extents' in entry ? entry.extents : NO_EXTENTS
    if (entry.kind === 'file' && extents === NO_EXTENTS) return false
    if (this.#state !== 'open' || this.#pending.length > 0) return false
    if (extents.length > EXTENT_OBJECTS_MAX) return false
    if (this.#blocks.endsBefore(entry, extents.length)) return false
    this.#signal?.throwIfAborted()
    this.#accept(entry)
    this.#blocks.add(entry, this.#taken(extents, []))
    this.#counts.add({ entries: 1, logicalBytes: entry.kind === 'file' ? entry.sizeBytes : 0 })
    return true
  }

  get #isVast(): boolean {
    return this.#table.size > this.#limits.vastChunks
  }

  #accept(facts: EntryFacts): void {
    const wrong = this.#state === 'open' ? this.#order.accept(facts) : undefined
    if (wrong !== undefined) throw new Error(`this entry cannot be written: ${wrong}`)
  }

  /** The extents of an earlier point by their rows, added to `taken`. */
  #taken<Taken extends reading.SettledExtents>(extents: Extents, taken: Taken): Taken {
    let bytesReused = 0
    for (const extent of extents) {
      taken.push(this.#tableExtent(extent))
      if (extent.kind === 'data') bytesReused += extent.sizeBytes
    }
    if (bytesReused > 0) this.#counts.add({ bytesReused })
    return taken
  }

  #tableExtent(extent: Extent): TableExtent {
    if (extent.kind === 'hole') return { row: -1, sizeBytes: extent.sizeBytes }
    const row = this.#find(extent.chunk)
    if (row < 0) throw new Error('an unchanged entry refers to a chunk in no known pack')
    if (extent.offset + extent.sizeBytes > this.#table.plainBytesOf(row)) {
      throw new Error('an unchanged entry reaches beyond its chunk')
    }
    this.#table.markUsed(row)
    return { row, offset: extent.offset, sizeBytes: extent.sizeBytes }
  }

  /** Looked for thrice for every small file, and the files of a chunk lie side by side. */
  #find(id: Uint8Array): number {
    if (id === this.#lastFound.id) return this.#lastFound.row
    const row = this.#table.find(id)
    if (row >= 0) this.#lastFound = { id, row }
    return row
  }

  async finish(): Promise<WrittenPoint> {
    await this.#run(async () => {
      await this.#cut(this.#bundle, { flush: true })
      await this.#listSettled()
      if (!this.#blocks.isEmpty) await this.#endBlock()
      await Promise.all([this.#dataLane.finish(), this.#blockLane.finish()])
    })
    this.#state = 'ended'
    return this.#sumUp()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'ended'
    await Promise.all([this.#dataLane.abandon(), this.#blockLane.abandon()])
    this.#table.clear()
  }

  /** Runs the part of a call that waits; a failure in it ends the writer. */
  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#state !== 'open') throw new Error(`the writer is ${this.#state}`)
    this.#state = 'busy'
    try {
      this.#signal?.throwIfAborted()
      await work()
      this.#state = 'open'
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Brings a content into its stream, cutting as it comes. */
  async #read(content: SourceContent, isLarge: boolean): Promise<reading.ReadContent> {
    if (isLarge) this.#own ??= this.#openStream()
    const stream = isLarge && this.#own !== undefined ? this.#own : this.#bundle
    const { chunks, spans } = stream
    // A file of its own begins a chunk, also after one whose reading failed half-way.
    if (isLarge) await this.#run(() => this.#cut(stream, { flush: true }))
    const inflow = new reading.ContentReading(chunks, spans, this.#limits.holeBytes)
    for (let more = true; more; ) {
      const before = inflow.content.sizeBytes
      try {
        more = inflow.step(content)
        if (reading.extentsAtMost(inflow.content) > this.#limits.fileExtentsMax) content.cut?.()
      } catch (error) {
        closeAfterFailure(content)
        throw error
      }
      this.#counts.add({ bytesRead: inflow.content.sizeBytes - before })
      const flush = isLarge && !more
      await this.#run(() => this.#cut(stream, { flush }))
      reading.settle(inflow.content, this.#table)
      const turn = more ? this.#turns?.() : undefined
      if (turn) await turn
    }
    return inflow.content
  }

  /** Stores the whole chunks of a stream that are new, and tells their owners. */
  async #cut({ chunks, spans }: ContentStream, options: { flush: boolean }): Promise<void> {
    for (;;) {
      const chunk = chunks.next(options)
      if (chunk === undefined) return
      const { row, isNew } = this.#rowOf(chunk)
      spans.take(row, chunk.length)
      if (isNew) await this.#dataLane.take(row, this.#table.idOf(row), chunk)
      else this.#counts.add({ bytesReused: chunk.length })
    }
  }

  #rowOf(plain: Uint8Array): { row: number; isNew: boolean } {
    const id = keyedHash(this.#chunkingKey, plain)
    const found = this.#table.find(id)
    const row = found >= 0 ? found : this.#table.add(id, plain.length)
    this.#table.markUsed(row)
    return { row, isNew: found < 0 }
  }

  async #list(entry: PendingEntry): Promise<void> {
    this.#pending.push(entry)
    this.#pendingPieces += entry.pieces.length
    this.#counts.add({ entries: 1, logicalBytes: entry.facts.sizeBytes })
    const isCrowded =
      this.#pending.length > PENDING_ENTRIES_MAX || this.#pendingPieces > PENDING_PIECES_MAX
    if (isCrowded) await this.#cut(this.#bundle, { flush: true })
    await this.#listSettled()
  }

  /** Moves entries whose content is settled, in order, into the entry list. */
  async #listSettled(): Promise<void> {
    let listed = 0
    for (const entry of this.#pending) {
      if (!reading.isSettled(entry.pieces)) break
      this.#pendingPieces -= entry.pieces.length
      await this.#write(entry.facts, reading.extentsOf(entry))
      listed++
    }
    if (listed > 0) this.#pending = this.#pending.slice(listed)
  }

  async #write(facts: EntryFacts, extents: TableExtents): Promise<void> {
    if (this.#blocks.endsBefore(facts, extents.length)) await this.#endBlock()
    let written = this.#blocks.add(facts, extents)
    // The packs of a list that fills block after block then have the memory of those of the data.
    if (written < extents.length && this.#isVast) await this.#dataLane.finish()
    while (written < extents.length) {
      if (this.#blocks.endsBeforeMore(extents.length - written)) await this.#endBlock()
      written = this.#blocks.addMore(extents, written)
    }
  }

  async #endBlock(): Promise<void> {
    const block = this.#blocks.take()
    const { row, isNew } = this.#rowOf(block)
    this.#blockRows.push(row)
    if (isNew) await this.#blockLane.take(row, this.#table.idOf(row), block)
  }

  #openStream(): ContentStream {
    const tailMaxBytes = reading.READ_BYTES + this.#limits.holeBytes
    return {
      chunks: new ChunkStream(this.#chunkingKey, this.#limits, tailMaxBytes),
      spans: new reading.SpanQueue(),
    }
  }

  #sumUp(): WrittenPoint {
    const usedBytes = new Float64Array(this.#packs.length)
    for (let row = 0; row < this.#table.size; row++) {
      if (!this.#table.isUsed(row)) continue
      const { pack, storedBytes } = this.#table.placeOf(row)
      usedBytes[pack] = (usedBytes[pack] as number) + storedBytes
    }
    let position = 0
    const positions = Int32Array.from(usedBytes, (used) => (used > 0 ? position++ : -1))
    const entryBlocks = this.#blockRows.map((row): BlockRef => {
      const place = this.#table.placeOf(row)
      const chunk = copyOf(this.#table.idOf(row))
      const pack = positions[place.pack] as number
      return { ...place, chunk, pack, plainBytes: this.#table.plainBytesOf(row) }
    })
    // As much memory as all else together, which the references and the manifest need next.
    this.#table.clear()
    return { packs: this.#packs.used(usedBytes), entryBlocks, ...this.#counts.end() }
  }
}

/** What is kept of a file once it is read: as it was at its end. */
function closedFacts(facts: EntryFacts, content: SourceContent, sizeBytes: number): EntryFacts {
  const { identity: _, ...rest } = facts
  const closed = content.close()
  const kept = { ...rest, sizeBytes, mtimeNs: closed.mtimeNs }
  // A size that is not what was read means that the file changed: read it again next time.
  if (closed.identity === undefined || closed.sizeBytes !== sizeBytes) return kept
  return { ...kept, identity: closed.identity }
}

/** Frees what the source holds; its first error is the one worth telling. */
function closeAfterFailure(content: SourceContent): void {
  try {
    content.close()
  } catch {
    // The reading failed before; that error is on its way to the caller.
  }
}
