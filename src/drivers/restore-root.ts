// The folders declared for restores, and which of them holds a target, as far as text can tell. A
// root is resolved once, when the server starts: what becomes a link later is not followed.

import path from 'node:path'

/** A folder that restores may write below. Both names are absolute. */
export interface RestoreRoot {
  /** As it was declared. */
  readonly name: string
  /** With every symbolic link resolved, as it was then. */
  readonly real: string
}

/** A target, by the root that holds it. */
export interface RootedTarget {
  readonly root: RestoreRoot
  /** The names from the root to the target; none when it is the root itself. */
  readonly below: readonly string[]
}

/** Where the target lies: below a root no link is followed, so that its names are its path. */
export const pathOf = ({ root, below }: RootedTarget): string => path.join(root.real, ...below)

/** What is said of a target that no root holds, whatever lies there. */
export const OUTSIDE_ROOTS =
  'it lies outside the folders declared for restores (restoreRoots, --restore-root)'

/** The innermost root that `target`, an absolute path, lies in by either of the root's names. */
export function rootHolding(
  roots: readonly RestoreRoot[],
  target: string,
): RootedTarget | undefined {
  let best: (RootedTarget & { readonly length: number }) | undefined
  for (const root of roots) {
    for (const name of [root.name, root.real]) {
      const below = namesBelow(name, target)
      if (!below || (best && best.length >= name.length)) continue
      best = { root, below, length: name.length }
    }
  }
  return best && { root: best.root, below: best.below }
}

/** The names from `folder` to `target`; undefined when it does not lie there. */
function namesBelow(folder: string, target: string): string[] | undefined {
  const way = path.relative(folder, path.resolve(target))
  if (way === '') return []
  if (way === '..' || way.startsWith('../')) return undefined
  return way.split('/')
}
