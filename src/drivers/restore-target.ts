// The target of a restore: which folder it is, whether it may be restored into, and the staging
// folder in it. The staging folder is also the mark by which a later attempt knows that what lies
// in the target is its own work, so it is the first thing made and the last removed.

import { isAbsolute, posix } from 'node:path'
import { Answer } from '../model/index.ts'
import type { Tree } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import { isInside } from './directory-check.ts'
import type { RestoreRequest } from './driver.ts'
import { FolderCursor, FolderReplaced } from './folder-cursor.ts'
import { joinPath, sameBytes, utf8 } from './raw-path.ts'
import { OWN_FOLDER_MODE } from './staged-files.ts'
import { stagingName } from './staging.ts'
import { throwUnlessPathsOwn } from './system-errors.ts'

/** What was found, and how to go on. */
export interface RestoreTarget {
  /** The target's folder, open. */
  readonly folder: FolderCursor
  /** Open and empty; none in the state `ended`. */
  readonly staging: FolderCursor | undefined
  /** The folder the target lies in, as a path, when this job made the target. */
  readonly madeIn: Uint8Array | undefined
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
  const { parent, name } = locate(tree, request.target)
  const path = absolute(parent, name)
  checkPlace(world, request, path)
  let made = false
  if (!tree.lstat(path)) {
    tree.makeFolder(path, OWN_FOLDER_MODE)
    made = true
  }
  if (tree.lstat(path)?.kind !== 'directory') throw refusal(request.target, 'it is not a folder')
  const folder = new FolderCursor(tree, path)
  try {
    const state = stateOf(folder, tree, request)
    const staging = state === 'ended' ? undefined : openStaging(tree, folder, request.jobId)
    const madeIn = made || request.resuming ? parent : undefined
    return { folder, staging, madeIn, state }
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }
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
export function removeStaging(tree: Tree, target: { path: string; jobId: string }): void {
  try {
    using folder = new FolderCursor(tree, tree.realpath(utf8(target.path)))
    const name = stagingName(target.jobId)
    if (tree.lstat(folder.child(name))?.kind !== 'directory') return
    using staging = new FolderCursor(tree, folder.child(name))
    emptyStaging(tree, staging)
    tree.removeFolder(folder.child(name))
  } catch (error) {
    if (throwUnlessPathsOwn(error) !== 'ENOENT') throw error
  }
}

function locate(tree: Tree, target: string): { parent: Uint8Array; name: Uint8Array } {
  if (!isAbsolute(target)) throw refusal(target, 'the path is not absolute')
  if (target.includes('\0')) throw refusal(target, 'the path holds a zero byte')
  const name = posix.basename(target)
  if (name === '' || name === '.' || name === '..') throw refusal(target, 'it is no folder to make')
  try {
    return { parent: tree.realpath(utf8(posix.dirname(target))), name: utf8(name) }
  } catch (error) {
    const code = throwUnlessPathsOwn(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    throw refusal(target, 'the folder it would lie in does not exist', error)
  }
}

// `/` already ends in the slash that stands between every other folder and a name.
const absolute = (parent: Uint8Array, name: Uint8Array): Uint8Array =>
  parent.length === 1 ? Buffer.concat([parent, name]) : joinPath(parent, name)

function checkPlace(world: DirectoryWorld, request: RestoreRequest, path: Uint8Array): void {
  const { roots, target } = request
  if (roots && !roots.some((root) => isInside(path, realOr(world.tree, root)))) {
    throw refusal(target, 'it lies outside the folders declared for restores')
  }
  for (const other of request.others ?? []) {
    const real = realOr(world.tree, other)
    if (isInside(path, real) || isInside(real, path)) {
      throw refusal(target, 'another account has restored there, or it is its own folder')
    }
  }
  for (const own of world.noRestoreInto ?? world.ownFolders) {
    const real = realOr(world.tree, own)
    if (isInside(path, real) || isInside(real, path)) {
      throw refusal(target, 'it holds or lies in a folder of this server')
    }
  }
}

function realOr(tree: Tree, folder: string): Uint8Array {
  try {
    return tree.realpath(utf8(folder))
  } catch (error) {
    throwUnlessPathsOwn(error)
    return utf8(folder)
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
