// Restores a folder: opens the target, runs the passes, and ends. What ends it early leaves whole
// files under their names and nothing else; the empty staging folder stays behind as the mark for
// the next attempt, unless the failure is one that no attempt mends.

import type { Entry } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { errnoOf, type Tree } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import type { RestoreReport, RestoreRequest } from './driver.ts'
import { FileMaker } from './file-maker.ts'
import type { FileMaking } from './file-making.ts'
import { isMemoryFileSystem } from './file-systems.ts'
import type { FolderCursor } from './folder-cursor.ts'
import { MakingAside, type MakingAsideTarget } from './making-aside.ts'
import { utf8 } from './raw-path.ts'
import { restoreFiles } from './restore-files.ts'
import type { PassTools } from './restore-passes.ts'
import { restoreHardLinks, restoreSymlinks, settleFolders } from './restore-passes.ts'
import { RestoreSession } from './restore-session.ts'
import {
  emptyStaging,
  NOT_EMPTY,
  openTarget,
  type RestoreTarget,
  removeStaging,
} from './restore-target.ts'
import { restoredAlready } from './restored-already.ts'
import { setOpen, timePrecisionNote } from './restored-settings.ts'
import { Staging } from './staged-files.ts'
import { stagingName } from './staging.ts'
import { restoreError } from './system-errors.ts'
import { TargetFolders } from './target-folders.ts'

/** See `Driver.restore`. */
export async function restoreDirectory(
  world: DirectoryWorld,
  request: RestoreRequest,
): Promise<RestoreReport> {
  request.signal.throwIfAborted()
  try {
    using target = openTarget(world, request)
    try {
      return await restoreInto(world, request, target)
    } catch (error) {
      const told = restoreError(error, request.target)
      if (target.staging) cleanUp(world, target, { request, forGood: told instanceof Answer })
      throw told
    }
  } catch (error) {
    throw restoreError(error, request.target)
  }
}

/** See `Driver.abandon`. */
export function abandonRestore(
  world: DirectoryWorld,
  request: Pick<RestoreRequest, 'target' | 'jobId' | 'roots'>,
): void {
  try {
    removeStaging(world.tree, request)
  } catch (error) {
    throw restoreError(error, request.target)
  }
}

async function restoreInto(
  world: DirectoryWorld,
  request: RestoreRequest,
  target: RestoreTarget,
): Promise<RestoreReport> {
  // No folder of another file system is ever entered, so this is true of everything below.
  const hasDisk = !isMemoryFileSystem(world.tree.fileSystemType(target.folder.child(HERE)))
  const { place } = target
  const fresh = target.state === 'fresh'
  const here = Buffer.from(target.folder.child(HERE)).toString()
  using session = new RestoreSession(world, request, { fresh, hasDisk, place, here })
  const folders = new TargetFolders(session, target.folder)
  const { staging } = target
  if (!staging) {
    const root = await restoredAlready(session, folders)
    if (!root) throw session.refusal(NOT_EMPTY)
    await settleRoot(session, folders, { root, madeIn: undefined })
    return session.report()
  }
  const precision = timePrecisionNote(world.tree, staging.fd)
  if (precision) session.note(precision)
  if (!world.tree.placeOf(staging.fd)) session.note(PLACE_NOT_TOLD)
  const staged = new Staging(world.tree, staging)
  const tools: PassTools = {
    session,
    folders,
    staging: staged,
    makeFiles: (told) => makeFiles(world, { session, staging, staged, told }),
    skipWhole: target.state === 'begun',
  }
  await restoreFiles(tools)
  if (session.hasLeft('hardlink')) {
    using second = target.folder.again()
    await restoreHardLinks(tools, new TargetFolders(session, second))
  }
  if (session.hasLeft('symlink')) await restoreSymlinks(tools)
  const root = await settleFolders(tools)
  session.mustHaveRestored()
  folders.goTo(ROOT)
  emptyStaging(world.tree, staging)
  world.tree.removeFolder(folders.child(stagingName(request.jobId)))
  await settleRoot(session, folders, { root, madeIn: target.madeIn })
  return session.report()
}

/** Makes files on the side thread where there is one. */
function makeFiles(
  world: DirectoryWorld,
  at: {
    readonly session: RestoreSession
    readonly staging: FolderCursor
    readonly staged: Staging
    readonly told: MakingAsideTarget
  },
): FileMaking {
  const { session, staging, staged, told } = at
  if (!world.openMakingLine) return new FileMaker(session, staged, told)
  const { here, hasDisk, openFilesMax } = session
  const request = { staging: staging.child(HERE), target: here, hasDisk, openFilesMax }
  return new MakingAside(world.openMakingLine(), request, told)
}

async function settleRoot(
  session: RestoreSession,
  folders: TargetFolders,
  at: { readonly root: Entry; readonly madeIn: Uint8Array | undefined },
): Promise<void> {
  const { tree } = session
  folders.goTo(ROOT)
  setOpen(session.settingsOf(at.root), folders.fd, at.root)
  await tree.flush(folders.fd)
  if (!at.madeIn) return
  await flushFolder(tree, at.madeIn)
}

/** Makes the target's own name durable, where we may read the folder it lies in. */
async function flushFolder(tree: Tree, path: Uint8Array): Promise<void> {
  let fd: number
  try {
    fd = tree.openFolder(path)
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return
    throw error
  }
  try {
    await tree.flush(fd)
  } finally {
    tree.close(fd)
  }
}

/** Never hides the error that ended the restore: what cannot be removed now stays for `abandon`. */
function cleanUp(
  { tree }: DirectoryWorld,
  target: RestoreTarget,
  options: { readonly request: RestoreRequest; readonly forGood: boolean },
): void {
  try {
    if (!target.staging) return
    emptyStaging(tree, target.staging)
    if (!options.forGood) return
    using folder = target.folder.again()
    tree.removeFolder(folder.child(stagingName(options.request.jobId)))
  } catch (error) {
    restoreError(error, options.request.target)
  }
}

const PLACE_NOT_TOLD =
  'Where open folders lie could not be told here (no /proc), so nobody may have been able to move ' +
  'folders on the way to the target meanwhile.'
const ROOT = utf8('')
const HERE = utf8('.')
