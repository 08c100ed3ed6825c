// The first pass of a restore: folders and files. Into a target of its own, a folder is made in the
// staging folder, with what comes right after it and lies in it, and gets its name with all of
// that: one name given, and one look whether somebody has it, for many files. Everything else gets
// its name by itself. What gets a name is whole; names are given in the order of entries.

import type { Entry } from '../model/index.ts'
import { errnoOf, type Tree } from '../world/index.ts'
import type { FileMaking } from './file-making.ts'
import { EntryLost } from './lost-entry.ts'
import { Placing } from './placing.ts'
import { parentAndName, pathBelow } from './raw-path.ts'
import type { PassTools } from './restore-passes.ts'
import type { RestoreSession } from './restore-session.ts'
import { isWhole } from './restored-settings.ts'
import { OWN_FOLDER_MODE } from './staged-files.ts'

/** What is named with a folder at most; more would be lost to an attempt that ends before. */
const WITH_FOLDER_MAX = 4096
const BYTES_WITH_FOLDER_MAX = 64 * 1024 * 1024
/** How long a path below it may be: longer ones the kernel might not take at once. */
const PATH_WITH_FOLDER_BYTES_MAX = 2048

/** Folders and files. */
export async function restoreFiles(tools: PassTools): Promise<void> {
  const { session } = tools
  const placing = new Placing(tools)
  await using making = tools.makeFiles(placing)
  const files = new FilesPass(tools, { placing, making })
  await session.forEachEntry({ kinds: ['directory', 'file'] }, (entry) => {
    if (entry.path.length > 0) {
      return entry.kind === 'directory' ? files.folder(entry) : files.file(entry)
    }
    session.progress({ entries: 1, bytes: 0 })
    return undefined
  })
  await files.end()
}

class FilesPass {
  readonly #tools: PassTools
  readonly #placing: Placing
  readonly #making: FileMaking
  /** The folder that is being made with what lies in it. */
  #folder: { readonly path: Uint8Array; entries: number; bytes: number } | undefined

  constructor(tools: PassTools, by: { readonly placing: Placing; readonly making: FileMaking }) {
    this.#tools = tools
    this.#placing = by.placing
    this.#making = by.making
  }

  async folder(entry: Entry): Promise<void> {
    const { session, folders } = this.#tools
    if (session.fresh) await this.#makeFolder(entry)
    else {
      folders.goTo(parentAndName(entry.path).parent)
      makeFolder(this.#tools, entry)
    }
    session.progress({ entries: 1, bytes: 0 })
  }

  async file(entry: Entry): Promise<void> {
    const { session, staging } = this.#tools
    if (this.#isThere(entry)) return session.foundWhole(entry)
    const within = this.#placeWithin(entry)
    if (!within) await this.#endFolder()
    session.mustBeInPlace(staging.folder)
    const number = this.#placing.begin(entry, { isWithin: within !== undefined })
    const beginning = this.#making.begin(number, entry, within)
    if (beginning) await beginning
    try {
      if (entry.sizeBytes > 0) await writeContent(session, this.#making, entry)
      else session.progress({ entries: 1, bytes: 0 })
    } catch (error) {
      if (!(error instanceof EntryLost)) throw error
      this.#placing.drop(number)
      await this.#making.drop()
      throw error
    }
    const ending = this.#making.end()
    if (ending) await ending
  }

  async end(): Promise<void> {
    await this.#endFolder()
    await this.#making.flush()
  }

  /** Whether an earlier attempt made it. */
  #isThere(entry: Entry): boolean {
    const { skipWhole, folders } = this.#tools
    if (!skipWhole) return false
    const { parent, name } = parentAndName(entry.path)
    folders.goTo(parent)
    const existing = folders.existing(name)
    return existing !== undefined && isWhole(entry, existing)
  }

  async #makeFolder(entry: Entry): Promise<void> {
    const within = this.#placeWithin(entry)
    if (!within) {
      await this.#endFolder()
      this.#folder = { path: entry.path, entries: 0, bytes: 0 }
    }
    this.#tools.session.mustBeInPlace(this.#tools.staging.folder)
    const number = this.#placing.begin(entry, { isWithin: within !== undefined })
    await this.#making.beginFolder(number, within)
  }

  /** Where an entry lies in the folder that is being made, if that takes it. */
  #placeWithin({ path, sizeBytes }: Entry): Uint8Array | undefined {
    const folder = this.#folder
    if (!folder || folder.entries >= WITH_FOLDER_MAX) return undefined
    if (folder.bytes + sizeBytes > BYTES_WITH_FOLDER_MAX) return undefined
    const below = pathBelow(folder.path, path)
    if (!below || below.length > PATH_WITH_FOLDER_BYTES_MAX) return undefined
    folder.entries += 1
    folder.bytes += sizeBytes
    return below
  }

  async #endFolder(): Promise<void> {
    if (!this.#folder) return
    this.#folder = undefined
    await this.#making.endFolder()
  }
}

function makeFolder({ session, folders }: PassTools, entry: Entry): void {
  const { name } = parentAndName(entry.path)
  const path = folders.child(name)
  const existing = folders.existing(name)
  if (!existing) session.tree.makeFolder(path, OWN_FOLDER_MODE)
  else if (existing.kind !== 'directory') {
    throw new EntryLost('something that is not a folder has its name')
  } else if ((existing.mode & OWN_FOLDER_MODE) !== OWN_FOLDER_MODE) {
    // Left behind by an earlier attempt with its final mode; it gets that again at the end.
    openUp(session.tree, path, existing.mode | OWN_FOLDER_MODE)
  }
}

// By descriptor where we may open the folder all the same; by path only where we may not, and then
// we are nobody whom a link put there meanwhile could lend to.
function openUp(tree: Tree, path: Uint8Array, mode: number): void {
  let fd: number
  try {
    fd = tree.openFolder(path)
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') throw error
    tree.setLink.mode(path, mode)
    return
  }
  try {
    tree.setMode(fd, mode)
  } finally {
    tree.close(fd)
  }
}

async function writeContent(
  session: RestoreSession,
  making: FileMaking,
  entry: Entry,
): Promise<void> {
  const { request } = session
  let told = 0
  await request.content(entry, (bytes, offset) => {
    request.signal.throwIfAborted()
    const end = offset + bytes.length
    if (offset < 0 || end > entry.sizeBytes) throw new EntryLost(OUTSIDE)
    const writing = making.write(bytes, offset)
    const bytesNow = Math.min(bytes.length, entry.sizeBytes - told)
    told += bytesNow
    session.progress({ entries: 0, bytes: bytesNow })
    return writing
  })
  session.progress({ entries: 1, bytes: entry.sizeBytes - told })
}

const OUTSIDE = 'its content lies outside its size'
