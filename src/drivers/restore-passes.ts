// The passes of a restore, each a walk over all entries: folders and files; hard links; symbolic
// links, last of the names so that nothing could ever pass through one; then what the folders
// themselves are like, deepest first. A file is written in the staging folder, given its settings,
// flushed, and only then renamed to its name: whatever has a name in the target is whole.

import type { Entry } from '../model/index.ts'
import { errnoOf } from '../world/index.ts'
import { FileMaker } from './file-maker.ts'
import type { FileMaking } from './file-making.ts'
import { FlushBatch } from './flush-batch.ts'
import { EntryLost, lossOf } from './lost-entry.ts'
import type { MakingAsideTarget } from './making-aside.ts'
import { Placing, place } from './placing.ts'
import { parentAndName, pathBelow, utf8 } from './raw-path.ts'
import type { RestoreSession } from './restore-session.ts'
import { isWholeLink, setOpen, setSymlink } from './restored-settings.ts'
import type { Staging } from './staged-files.ts'
import type { TargetFolders } from './target-folders.ts'

/** What the passes work on. */
export interface PassTools {
  readonly session: RestoreSession
  readonly folders: TargetFolders
  readonly staging: Staging
  /** What is found whole need not be made again. */
  readonly skipWhole: boolean
  /** Begins to make files in the staging folder. */
  readonly makeFiles: (target: MakingAsideTarget) => FileMaking
}

/** Second names; `others` walks to the first ones. */
export async function restoreHardLinks(tools: PassTools, others: TargetFolders): Promise<void> {
  const { session, folders } = tools
  const placing = new Placing(tools)
  await using making = new FileMaker(session, tools.staging, placing)
  await session.forEachEntry({ kinds: ['hardlink'] }, async (entry) => {
    if (!entry.target) return
    if (session.lost.has(entry.target) || session.lost.isBelow(entry.target)) {
      throw new EntryLost('the file that it is another name of could not be written')
    }
    const first = parentAndName(entry.target)
    others.goTo(first.parent)
    const source = others.child(first.name)
    const sourceStat = session.tree.lstat(source)
    if (sourceStat?.kind !== 'file') throw new EntryLost('it links to no file')
    const { parent, name } = parentAndName(entry.path)
    folders.goTo(parent)
    const existing = folders.existing(name)
    const same = existing?.inode === sourceStat.inode && existing.device === sourceStat.device
    // Renaming one name of a file over another does nothing and would leave the staged one.
    if (same) return session.foundWhole(entry)
    const staged = tools.staging.next()
    if (linked(session, source, tools.staging.path(staged))) place(tools, staged, entry)
    else {
      session.warn('hard-link-copied', entry.path)
      await copyFile(session, source, { making, number: placing.begin(entry) })
    }
    session.progress({ entries: 1, bytes: 0 })
  })
  await making.flush()
}

/** False where the file has as many names as it may, or the file system knows no second ones. */
function linked(session: RestoreSession, existing: Uint8Array, path: Uint8Array): boolean {
  try {
    session.tree.link(existing, path)
    return true
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'EMLINK' || code === 'EPERM' || code === 'ENOTSUP') return false
    throw error
  }
}

const COPY_BYTES = 1024 * 1024

/** Makes a copy of the file at `source`, with the same settings and holes. */
async function copyFile(
  { tree, request }: RestoreSession,
  source: Uint8Array,
  { making, number }: { readonly making: FileMaking; readonly number: number },
): Promise<void> {
  const from = tree.openFile(source)
  try {
    const facts = tree.fstat(from)
    await making.begin(number, facts)
    const buffer = new Uint8Array(COPY_BYTES)
    let run = tree.nextData(from, 0)
    while (run && run.begin < facts.sizeBytes) {
      const end = Math.min(run.end, facts.sizeBytes)
      for (let offset = run.begin; offset < end; ) {
        request.signal.throwIfAborted()
        const got = tree.read(from, buffer.subarray(0, end - offset), offset)
        if (got === 0) break
        await making.write(buffer.subarray(0, got), offset)
        offset += got
      }
      run = tree.nextData(from, run.end)
    }
    await making.end()
  } finally {
    tree.close(from)
  }
}

/** Symbolic links, whatever they point at. */
export async function restoreSymlinks(tools: PassTools): Promise<void> {
  const { session, folders } = tools
  await session.forEachEntry({ kinds: ['symlink'] }, (entry) => {
    if (!entry.target) return
    const { parent, name } = parentAndName(entry.path)
    folders.goTo(parent)
    const existing = folders.existing(name)
    if (existing && tools.skipWhole && isWholeLink(session, entry, folders.child(name))) {
      return session.foundWhole(entry)
    }
    const number = tools.staging.next()
    const staged = tools.staging.path(number)
    session.tree.symlink(staged, entry.target)
    setSymlink(session.settingsOf(entry), staged, entry)
    place(tools, number, entry)
    session.progress({ entries: 1, bytes: 0 })
  })
}

/**
 * Settings of the folders, each after everything below it, and each flushed once. The root's are
 * left to the caller, who still has a folder to remove there; its entry is handed back.
 */
export async function settleFolders({
  session,
  folders,
}: Pick<PassTools, 'session' | 'folders'>): Promise<Entry> {
  const { tree } = session
  await using batch = new FlushBatch(session)
  const open: Entry[] = []
  const settle = async (entry: Entry) => {
    let fd: number
    try {
      folders.goTo(entry.path)
      fd = tree.openFolder(folders.child(HERE))
    } catch (error) {
      if (!lossOf(error)) throw error
      // Somebody has put something else there.
      return session.warn('settings-not-set', entry.path)
    }
    try {
      setOpen(session.settingsOf(entry), fd, entry)
    } catch (error) {
      tree.close(fd)
      throw error
    }
    await batch.add(fd, { bytes: 0, durable: () => undefined })
  }
  await session.forEachEntry({ kinds: ['directory'], tells: false }, async (entry) => {
    while (open.length > 1 && !pathBelow((open.at(-1) as Entry).path, entry.path))
      await settle(open.pop() as Entry)
    open.push(entry)
  })
  while (open.length > 1) await settle(open.pop() as Entry)
  await batch.flush()
  const root = open.pop()
  if (!root) throw session.refusal('the recovery point holds no root')
  return root
}

const HERE = utf8('.')
