// The target of a restore: which folder it is, whether it may be restored into, and the staging
// folder in it. The staging folder is also the mark by which a later attempt knows that what lies
// in the target is its own work, so it is the first thing made and the last removed.

import { isAbsolute, posix } from 'node:path'
import { Answer } from '../model/index.ts'
import { errnoOf, type Tree } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import type { RestoreRequest } from './driver.ts'
import { FolderCursor, FolderReplaced } from './folder-cursor.ts'
import { sameBytes, utf8 } from './raw-path.ts'
import { OUTSIDE_ROOTS, pathOf, type RootedTarget, rootHolding } from './restore-root.ts'
import { OWN_FOLDER_MODE } from './staged-files.ts'
import { stagingName } from './staging.ts'
import { throwUnlessPathsOwn } from './system-errors.ts'
import { TargetPlace } from './target-place.ts'
import { NoWay, openWay, type TargetWay } from './target-way.ts'

/** What was found, and how to go on. Disposing of it closes all folders. */
export interface RestoreTarget extends Disposable {
  /** The target's folder, open. */
  readonly folder: FolderCursor
  /** Open and empty; none in the state `ended`. */
  readonly staging: FolderCursor | undefined
  /** The folder the target lies in, as a path while it is open, when this job made the target. */
  readonly madeIn: Uint8Array | undefined
  /** Says whether the target still lies where it may be written to. */
  readonly place: TargetPlace
  readonly state: TargetState
}

/**
 * `fresh`: empty, or new. `begun`: an earlier attempt of this job made part of it. `ended`: there
 * is no staging folder although the job restored before: either it was all done, or somebody
 * else's things lie there. `shared`: holds other things, which is allowed.
 */
export type TargetState = 'fresh' | 'begun' | 'ended' | 'shared'

/** Opens the target, creating it when absent. Throws an Answer when it may not be restored into. */
export function openTarget(world: DirectoryWorld, request: RestoreRequest): RestoreTarget {
  const { tree } = world
  const rooted = locate(request)
  using opening = new DisposableStack()
  const place = placeOf(world, request)
  // Before anything there is looked at, which may be somebody else's.
  const fault = place.faultAt(utf8(pathOf(rooted)))
  if (fault) throw refusal(request.target, fault)
  const way = opening.use(wayTo(tree, rooted, request.target))
  const { made, folder } = openFolder(tree, way, request)
  opening.use(folder)
  const moved = place.faultOfTarget(folder)
  if (moved) {
    if (made) tree.removeFolder(way.child(way.name))
    throw refusal(request.target, moved)
  }
  const state = stateOf(folder, tree, request)
  const staging =
    state === 'ended' ? undefined : opening.use(openStaging(tree, folder, request.jobId))
  const madeIn = made || request.resuming ? way.child(HERE) : undefined
  const open = opening.move()
  return { folder, staging, madeIn, place, state, [Symbol.dispose]: () => open.dispose() }
}

/** Removes everything in the staging folder; the folder itself stays. */
export function emptyStaging(tree: Tree, staging: FolderCursor): void {
  for (const name of [...staging.names()]) {
    if (tree.lstat(staging.child(name))?.kind !== 'directory') {
      tree.removeFile(staging.child(name))
      continue
    }
    staging.descend(name)
    emptyStaging(tree, staging)
    if (!staging.ascend()) throw new FolderReplaced()
    tree.removeFolder(staging.child(name))
  }
}

/** Removes the staging folder of an unfinished restore; absent is fine, a foreign one is kept. */
export function removeStaging(
  tree: Tree,
  target: Pick<RestoreRequest, 'target' | 'jobId' | 'roots'>,
): void {
  const rooted = rootHolding(target.roots, target.target)
  if (!rooted) return
  try {
    using way = openWay(tree, rooted)
    using folder = new FolderCursor(tree, way.child(way.name))
    const name = stagingName(target.jobId)
    if (tree.lstat(folder.child(name))?.kind !== 'directory') return
    using staging = new FolderCursor(tree, folder.child(name))
    emptyStaging(tree, staging)
    tree.removeFolder(folder.child(name))
  } catch (error) {
    if (error instanceof NoWay) return
    const code = throwUnlessPathsOwn(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') throw error
  }
}

function locate({ target, roots }: RestoreRequest): RootedTarget {
  if (!isAbsolute(target)) throw refusal(target, 'the path is not absolute')
  if (target.includes('\0')) throw refusal(target, 'the path holds a zero byte')
  const name = posix.basename(target)
  if (name === '' || name === '.' || name === '..') {
    throw refusal(target, 'it is not a folder that can be made')
  }
  const rooted = rootHolding(roots, target)
  if (!rooted) throw refusal(target, OUTSIDE_ROOTS)
  return rooted
}

function wayTo(tree: Tree, rooted: RootedTarget, target: string): TargetWay {
  try {
    return openWay(tree, rooted)
  } catch (error) {
    if (error instanceof NoWay) throw refusal(target, error.message, error)
    throw error
  }
}

const placeOf = (world: DirectoryWorld, { roots, others }: RestoreRequest): TargetPlace =>
  new TargetPlace(world.tree, {
    roots,
    others: others ?? [],
    own: world.noRestoreInto ?? world.ownFolders,
  })

function openFolder(
  tree: Tree,
  way: TargetWay,
  { target }: RestoreRequest,
): { readonly made: boolean; readonly folder: FolderCursor } {
  const path = way.child(way.name)
  const made = !tree.lstat(path)
  if (made) tree.makeFolder(path, OWN_FOLDER_MODE)
  try {
    return { made, folder: new FolderCursor(tree, path) }
  } catch (error) {
    const code = errnoOf(error)
    if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error
    throw refusal(target, 'it is not a folder', error)
  }
}

function stateOf(folder: FolderCursor, tree: Tree, request: RestoreRequest): TargetState {
  const staging = stagingName(request.jobId)
  let others = false
  for (const name of folder.names()) {
    others = !sameBytes(name, staging)
    if (others) break
  }
  const begun = tree.lstat(folder.child(staging)) !== undefined
  if (request.resuming && begun) return 'begun'
  if (!others) return 'fresh'
  if (request.allowNonEmpty) return 'shared'
  if (request.resuming) return 'ended'
  throw refusal(request.target, NOT_EMPTY)
}

/** Why a target that holds other things is refused. */
export const NOT_EMPTY = 'the folder is not empty'

function openStaging(tree: Tree, folder: FolderCursor, jobId: string): FolderCursor {
  const path = folder.child(stagingName(jobId))
  if (!tree.lstat(path)) tree.makeFolder(path, OWN_FOLDER_MODE)
  const staging = new FolderCursor(tree, path)
  try {
    emptyStaging(tree, staging)
    return staging
  } catch (error) {
    staging[Symbol.dispose]()
    throw error
  }
}

function refusal(path: string, reason: string, cause?: unknown): Answer {
  return new Answer({ code: 'RestoreTargetInvalid', path, reason }, { cause })
}

const HERE = utf8('.')
