// The way from a root to a restore's target: one folder after another, each opened in the one
// before and never through a link, so that nothing outside is looked at, whatever stands there.

import { posix } from 'node:path'
import { errnoOf, type Tree } from '../world/index.ts'
import { joinPath, sameBytes, utf8 } from './raw-path.ts'
import { OUTSIDE_ROOTS, type RootedTarget } from './restore-root.ts'

/** The folder that a target lies in, held open. */
export interface TargetWay extends Disposable {
  /** The path by which a name in it is reached. */
  child(name: Uint8Array): Uint8Array
  /** The target's own name there. */
  readonly name: Uint8Array
}

/** Why there is no such way: what is to be said of the target. */
export class NoWay extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'NoWay'
  }
}

interface Folder {
  readonly fd: number
  /** What a child's name is appended to. */
  readonly base: Uint8Array
}

/** Throws NoWay, or a system error that is about neither links nor absent folders. */
export function openWay(tree: Tree, { root, below }: RootedTarget): TargetWay {
  // A root itself lies in a folder that is none of the roots.
  const [base, ...names] =
    below.length > 0 ? [root.real, ...below] : [posix.dirname(root.real), posix.basename(root.real)]
  const name = utf8(names.pop() as string)
  let here = openBase(tree, utf8(base as string))
  try {
    for (const between of names) {
      const next = openBelow(tree, here, utf8(between))
      tree.close(here.fd)
      here = next
    }
  } catch (error) {
    tree.close(here.fd)
    throw error
  }
  return {
    child: (of) => joinPath(here.base, of),
    name,
    [Symbol.dispose]: () => tree.close(here.fd),
  }
}

/** A root has no link in its real path, unless somebody put one there since. */
function openBase(tree: Tree, path: Uint8Array): Folder {
  const base = opened(tree, path)
  const place = tree.placeOf(base.fd)
  if (!place || sameBytes(place, path)) return base
  tree.close(base.fd)
  throw new NoWay(OUTSIDE_ROOTS)
}

function openBelow(tree: Tree, { base }: Folder, name: Uint8Array): Folder {
  return opened(tree, joinPath(base, name))
}

function opened(tree: Tree, path: Uint8Array): Folder {
  try {
    const fd = tree.openPlace(path)
    return { fd, base: tree.anchor(fd) ?? path }
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT') {
      throw new NoWay('the folder it would lie in does not exist', { cause: error })
    }
    if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error
    const isLink = tree.lstat(path)?.kind === 'symlink'
    throw new NoWay(isLink ? LINK : 'a file is where a folder on the way to it should be', {
      cause: error,
    })
  }
}

const LINK = 'a symbolic link is on the way to it'
