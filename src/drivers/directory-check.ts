// Whether a directory resource can be backed up: asked when it is registered and when a job
// starts. Looks, changes nothing.

import { isAbsolute } from 'node:path'
import type { Failure } from '../model/index.ts'
import { diskTrouble } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import type { DirectoryConfig } from './driver.ts'
import { isPseudoFileSystem } from './file-systems.ts'
import { utf8 } from './raw-path.ts'
import { throwUnlessPathsOwn } from './system-errors.ts'

export function checkDirectory(
  world: DirectoryWorld,
  config: DirectoryConfig,
): Failure | undefined {
  const reason = faultOf(world, config.path)
  return reason === undefined ? undefined : unavailable(config, reason)
}

/** The failure that says `reason` of the resource. */
export function unavailable(config: DirectoryConfig, reason: string): Failure {
  return { code: 'ResourceUnavailable', arn: config.arn ?? config.path, reason }
}

function faultOf({ tree, ownFolders }: DirectoryWorld, path: string): string | undefined {
  if (!isAbsolute(path)) return 'the path is not absolute'
  if (path.includes('\0')) return 'the path holds a zero byte'
  try {
    const real = tree.realpath(utf8(path))
    if (tree.lstat(real)?.kind !== 'directory') return 'it is not a folder'
    if (isPseudoFileSystem(tree.fileSystemType(real))) return 'it is made up by the kernel'
    for (const own of ownFolders) {
      if (isInside(real, realOrAsGiven(tree, own))) return 'it belongs to this server'
    }
    const fd = tree.openFolder(real)
    try {
      for (const _ of tree.names(real)) break
    } finally {
      tree.close(fd)
    }
    return undefined
  } catch (error) {
    const code = throwUnlessPathsOwn(error)
    if (code === 'ENOENT') return 'there is no such folder'
    return diskTrouble(error)?.sentence ?? code
  }
}

/** The real path of `folder`; as given while it does not exist. */
function realOrAsGiven(tree: DirectoryWorld['tree'], folder: string): Uint8Array {
  try {
    return tree.realpath(utf8(folder))
  } catch (error) {
    throwUnlessPathsOwn(error)
    return utf8(folder)
  }
}

/** Whether `path` is `folder` or lies below it; both absolute and resolved. */
export function isInside(path: Uint8Array, folder: Uint8Array): boolean {
  const within = Buffer.from(folder)
  if (!Buffer.from(path).subarray(0, within.length).equals(within)) return false
  const next = path[within.length]
  return next === undefined || next === SLASH || within.at(-1) === SLASH
}

const SLASH = 0x2f
