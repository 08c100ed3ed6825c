// A store in a folder. An object is a read-only file under its own name; what is being written
// lies in `.tmp/`, gets its name by `link` once its bytes are durable, and is never listed. Only
// the process that owns the folder may open it; it calls `removeStrays` before anything else.

import path from 'node:path'
import type {
  Disk,
  DiskFacts,
  DiskFile,
  DurableFolders,
  Immutable,
  Random,
} from '../world/index.ts'
import {
  errnoOf,
  isHoldingDisk,
  linkNew,
  NotAFile,
  openDurableFolders,
  removeFile,
  writeDurably,
} from '../world/index.ts'
import { listFolder, present } from './folder-listing.ts'
import type { HashFile } from './hash-aside.ts'
import type { FileStore, Media } from './media.ts'
import { mediaOf } from './media.ts'
import { checkSizeOf } from './move.ts'
import { checkPrefix, type ObjectName } from './object-name.ts'
import type {
  Arrival,
  ByteRange,
  FillingStore,
  HoldingStore,
  ObjectDigest,
  PutResult,
  Reading,
  ReceivingStore,
} from './object-store.ts'
import {
  NotAnObject,
  ObjectDamaged,
  ObjectDiffers,
  ObjectMissing,
  ObjectTruncated,
} from './object-store.ts'
import { digestFile, readFully, Slabs, wantedOf } from './read-back.ts'
import { type Landing, receiveFile, replaceFile } from './receive.ts'
import { orTrouble, type StoreNames, unusable } from './trouble.ts'

export interface DiskStoreOptions {
  /** Absolute path of the store's folder. */
  readonly root: string
  /** What callers know it as, such as `the store of eu-west-1`: its path is the log's alone. */
  readonly called?: string
  /** Absent: it is made where it is not there. False: nothing is written before `removeStrays`. */
  readonly make?: boolean
  /** One that holds files (`holdingDisk`) lets the store do so. */
  readonly disk: Disk
  readonly random: Random
  /** Lets a copy share blocks with its source where the file system can. */
  readonly sharedExtents?: 'allow'
  /** Reads back on another thread what was copied; absent: on this one. */
  readonly hashAside?: HashFile
}

export interface DiskStore extends ReceivingStore, FillingStore, FileStore, HoldingStore {
  /** Removes what writes of earlier, dead processes left unfinished; answers how many files. */
  removeStrays(): Promise<number>
}

/** Opens the store in `root`. Throws Trouble when the folder cannot be made or read. */
export async function openDiskStore(options: DiskStoreOptions): Promise<DiskStore> {
  const { root, disk } = options
  return orTrouble('open', options, async () => {
    if (options.make === false && !(await disk.stat(root))) throw unusable(GONE, options)
    const folders = await openDurableFolders(disk, root)
    if (options.make !== false) await folders.ensure(path.join(root, TEMPORARY))
    return new FolderStore(options, { folders, media: await mediaOf(disk, root) })
  })
}

const GONE = 'its folder is gone'
const TEMPORARY = '.tmp'
const OBJECT_MODE = 0o400
/** Each time a folder we link into is removed under our hands, we make it again. */
const LINK_ATTEMPTS_MAX = 8

class FolderStore implements DiskStore {
  readonly files: FileStore['files']
  readonly #root: string
  readonly #names: StoreNames
  readonly #disk: Disk
  readonly #media: Media
  readonly #folders: DurableFolders
  readonly #slabs = new Slabs()
  readonly #sharedExtents: boolean
  readonly #hashAside: HashFile | undefined
  /** Marks this opening's temporary files, so that strays can be told from work in hand. */
  readonly #opening: string
  #temporaries = 0
  /** Names linked by us whose folder is not synced yet. */
  readonly #unsynced = new Set<ObjectName>()

  constructor(options: DiskStoreOptions, opened: { folders: DurableFolders; media: Media }) {
    this.#root = options.root
    this.#names = options
    this.#disk = options.disk
    this.#media = opened.media
    this.#folders = opened.folders
    this.#sharedExtents = options.sharedExtents === 'allow'
    this.#hashAside = options.hashAside
    this.#opening = Buffer.from(options.random.bytes(8)).toString('hex')
    const pathOf = (name: ObjectName) => path.join(this.#root, name)
    this.files = { disk: options.disk, media: opened.media, pathOf }
  }

  put(name: ObjectName, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    return this.#doing(`write ${name}`, async () => {
      signal?.throwIfAborted()
      const result = (await this.#isThere(name))
        ? await this.#compare(name, bytes)
        : await this.#create(name, bytes, signal)
      await this.#syncNames([name])
      return result
    })
  }

  get(name: ObjectName, range?: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#doing(`read ${name}`, async () => {
      signal?.throwIfAborted()
      await using file = await this.#open(name)
      const offset = range?.offset ?? 0
      const wanted = wantedOf(name, range, file.sizeBytes)
      const bytes = new Uint8Array(wanted)
      const count = await readFully(file, bytes, offset)
      if (count < wanted) {
        throw new ObjectTruncated(name, { wantedBytes: offset + wanted, sizeBytes: offset + count })
      }
      return bytes
    })
  }

  fill(name: ObjectName, into: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#doing(`read ${name}`, async () => {
      signal?.throwIfAborted()
      await using file = await this.#open(name)
      const count = await readFully(file, into, 0)
      if (count < into.byteLength) {
        throw new ObjectTruncated(name, { wantedBytes: into.byteLength, sizeBytes: count })
      }
    })
  }

  head(name: ObjectName): Promise<{ sizeBytes: number } | undefined> {
    return this.#doing(`look for ${name}`, async () => {
      const facts = await this.#factsOf(name)
      if (facts === undefined) await this.#checkRoot()
      return facts && { sizeBytes: facts.sizeBytes }
    })
  }

  async *list(prefix: string, after?: ObjectName): AsyncGenerator<ObjectName> {
    checkPrefix(prefix)
    await this.#doing('list it', () => this.#checkRoot())
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    const entriesOf = (each: string) =>
      this.#doing(`list ${each}`, () =>
        present(() => this.#disk.readdir(path.join(this.#root, each))),
      )
    yield* listFolder(folder, { prefix, after: after ?? '', entriesOf })
  }

  delete(name: ObjectName): Promise<void> {
    return this.#doing(`delete ${name}`, async () => {
      const file = this.files.pathOf(name)
      if (!(await this.#remove(file))) await this.#checkRoot()
      this.#unsynced.delete(name)
      // Also when it was not there: who removed it may have died before the sync.
      const there = await present(() => this.#disk.syncFolder(path.dirname(file)))
      if (there) await this.#removeEmptyFolders(path.dirname(file))
    })
  }

  receive(arrival: Arrival): Promise<PutResult> {
    const { toName } = arrival
    return this.#doing(`write ${toName}`, () => receiveFile(arrival, this.#landing(toName)))
  }

  replace(arrival: Arrival): Promise<PutResult> {
    const { toName } = arrival
    return this.#doing(`replace ${toName}`, async () => {
      const takeName = (temporary: string) => this.#takeName(temporary, toName)
      const result = await replaceFile(arrival, { ...this.#landing(toName), takeName })
      await this.#syncNames([toName])
      return result
    })
  }

  digest(name: ObjectName, reading: Reading): Promise<ObjectDigest> {
    return this.#doing(`read ${name}`, async () => {
      reading.signal?.throwIfAborted()
      await using file = await this.#open(name)
      checkSizeOf(name, file.sizeBytes, reading)
      return await digestFile(file, this.#slabs, reading.signal)
    })
  }

  syncFoldersOf(names: Iterable<ObjectName>): Promise<void> {
    return this.#doing('sync its folders', () => this.#syncNames([...names]))
  }

  hold(names: readonly ObjectName[]): Promise<Immutable> {
    return this.#doing('hold its files', async () => {
      const disk = this.#disk
      if (!isHoldingDisk(disk)) return { unsupported: 'the disk was opened without it' }
      return disk.hold(names.map((name) => this.files.pathOf(name)))
    })
  }

  removeStrays(): Promise<number> {
    return this.#doing('remove what dead writers left', async () => {
      const folder = path.join(this.#root, TEMPORARY)
      await this.#folders.ensure(folder)
      let removed = 0
      for (const { name, kind } of await this.#disk.readdir(folder)) {
        if (kind !== 'file' || name.startsWith(this.#opening)) continue
        if (await removeFile(this.#disk, path.join(folder, name))) removed += 1
      }
      if (removed > 0) await this.#disk.syncFolder(folder)
      return removed
    })
  }

  async #create(name: ObjectName, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    const temporary = this.#temporary()
    // A folder that is opened for looking and is written to first of all has none yet.
    await this.#folders.ensure(path.dirname(temporary))
    await writeDurably(this.#disk, { path: temporary, bytes, mode: OBJECT_MODE })
    let created: boolean
    try {
      signal?.throwIfAborted()
      created = await this.#link(temporary, name)
    } finally {
      await removeFile(this.#disk, temporary)
    }
    return created ? 'created' : this.#compare(name, bytes)
  }

  async #compare(name: ObjectName, bytes: Uint8Array): Promise<PutResult> {
    await using file = await this.#open(name)
    if (file.sizeBytes !== bytes.byteLength) throw new ObjectDiffers(name)
    const found = new Uint8Array(bytes.byteLength)
    await readFully(file, found, 0)
    if (Buffer.compare(found, bytes) !== 0) throw new ObjectDiffers(name)
    return 'exists'
  }

  async #open(name: ObjectName): Promise<DiskFile> {
    try {
      return await this.#disk.open(this.files.pathOf(name), 'read')
    } catch (error) {
      if (error instanceof NotAFile) throw new NotAnObject(name, error.found, { cause: error })
      if (errnoOf(error) !== 'ENOENT') throw error
      await this.#checkRoot()
      throw new ObjectMissing(name, { cause: error })
    }
  }

  #landing(name: ObjectName): Landing {
    return {
      disk: this.#disk,
      media: this.#media,
      sharedExtents: this.#sharedExtents,
      slabs: this.#slabs,
      hashAside: this.#hashAside,
      temporary: this.#temporary(),
      mode: OBJECT_MODE,
      open: () => this.#openTaken(name),
      link: (temporary) => this.#link(temporary, name),
    }
  }

  /** What has the name already; ObjectDamaged when that is no object. */
  async #openTaken(name: ObjectName): Promise<DiskFile | undefined> {
    if ((await this.#disk.lstat(this.files.pathOf(name))) === undefined) return undefined
    return this.#open(name).catch((error: unknown) => {
      if (!(error instanceof NotAnObject)) throw error
      throw new ObjectDamaged(name, 'destination', { cause: error })
    })
  }

  /** False when the name is taken. */
  async #link(temporary: string, name: ObjectName): Promise<boolean> {
    const created = await this.#naming(name, (file) => linkNew(this.#disk, temporary, file))
    if (created) this.#unsynced.add(name)
    return created
  }

  /** The file that had the name loses it. */
  async #takeName(temporary: string, name: ObjectName): Promise<void> {
    await this.#naming(name, async (file) => {
      const facts = await this.#disk.lstat(file)
      // An empty folder gives way; what has something in it is not ours to remove.
      if (facts?.kind === 'folder') await this.#disk.rmdir(file)
      await this.#disk.rename(temporary, file)
    })
    this.#unsynced.add(name)
  }

  /** Folders may be removed as empty while we are about it. */
  async #naming<Result>(
    name: ObjectName,
    give: (file: string) => Promise<Result>,
  ): Promise<Result> {
    const file = this.files.pathOf(name)
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#folders.ensure(path.dirname(file))
        return await give(file)
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || attempt === LINK_ATTEMPTS_MAX) throw error
        await this.#checkRoot()
        for (const folder of this.#foldersAbove(file)) this.#folders.forget(folder)
      }
    }
  }

  async #syncNames(names: readonly ObjectName[]): Promise<void> {
    const folders = new Set(names.map((name) => path.dirname(this.files.pathOf(name))))
    const covered = [...this.#unsynced].filter((name) =>
      folders.has(path.dirname(this.files.pathOf(name))),
    )
    for (const name of covered) this.#unsynced.delete(name)
    try {
      for (const folder of folders) await this.#folders.ensure(folder)
      await this.#folders.sync(folders)
    } catch (error) {
      // What the kernel failed to write it may have forgotten: the names must be made anew.
      for (const name of covered) {
        await removeFile(this.#disk, this.files.pathOf(name))
        await this.#removeEmptyFolders(path.dirname(this.files.pathOf(name)))
      }
      throw error
    }
  }

  async #removeEmptyFolders(folder: string): Promise<void> {
    for (let each = folder; each !== this.#root; each = path.dirname(each)) {
      try {
        await this.#disk.rmdir(each)
      } catch {
        return // Not empty, or not ours to remove: an empty folder left behind is harmless.
      }
      this.#folders.forget(each)
    }
  }

  /** An absence means something only while the root is there, and on the device it was on. */
  async #checkRoot(): Promise<void> {
    const facts = await this.#disk.stat(this.#root)
    const { device, root } = this.#media
    if (facts?.kind === 'folder' && facts.device === device && facts.inode === root) return
    if (facts === undefined) throw unusable(GONE, this.#names)
    const what = facts.device === device ? 'another folder is' : 'another device is mounted'
    throw unusable(`${what} there`, this.#names)
  }

  /** Whatever has the name goes, but for a folder: that is no object. */
  async #remove(file: string): Promise<boolean> {
    try {
      return await removeFile(this.#disk, file)
    } catch (error) {
      if (errnoOf(error) === 'EISDIR') return false
      throw error
    }
  }

  async #isThere(name: ObjectName): Promise<boolean> {
    return (await this.#factsOf(name)) !== undefined
  }

  async #factsOf(name: ObjectName): Promise<DiskFacts | undefined> {
    const facts = await this.#disk.lstat(this.files.pathOf(name))
    return facts?.kind === 'file' ? facts : undefined
  }

  #temporary(): string {
    this.#temporaries += 1
    return path.join(this.#root, TEMPORARY, `${this.#opening}-${this.#temporaries}`)
  }

  *#foldersAbove(file: string): Generator<string> {
    for (let each = path.dirname(file); each !== this.#root; each = path.dirname(each)) yield each
  }

  #doing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    return orTrouble(`${what} in`, this.#names, work)
  }
}
