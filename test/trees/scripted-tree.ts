// The real file system with something amiss, written as data so that a thread can be given it:
// calls that fail, names that seem to be other things, and changes that happen right after a call.

import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { realTree, type Tree, type TreeStat } from '../../src/world/index.ts'

export interface TreeScript {
  /** Done once, right after `call` was made on a path that ends in `/name`. */
  readonly after?: {
    readonly call: 'lstat' | 'openFolder'
    readonly name: string
    readonly steps: readonly Step[]
  }
  /** Opening folders of these names fails. */
  readonly folderErrors?: Readonly<Record<string, string>>
  /** What `lstat` says otherwise of these names. */
  readonly seen?: Readonly<Record<string, Partial<TreeStat>>>
  /** The number of the file system on which these names seem to lie. */
  readonly fileSystems?: Readonly<Record<string, number>>
  /** Every folder is read as if it were huge. */
  readonly readsPieceByPiece?: boolean
}

export type Step =
  | readonly ['remove', string]
  | readonly ['rename', string, string]
  | readonly ['symlink', string, string]
  | readonly ['write', string, string]

/** A tree that does as `script` says. */
export function scriptedTree(script: TreeScript = {}): Tree {
  let isToCome = script.after !== undefined
  const acting = <Result>(call: string, path: Uint8Array, result: Result): Result => {
    if (!isToCome || script.after?.call !== call || nameOf(path) !== script.after.name)
      return result
    isToCome = false
    for (const step of script.after.steps) take(step)
    return result
  }
  return {
    ...realTree,
    lstat(path) {
      const stat = acting('lstat', path, realTree.lstat(path))
      return stat && { ...stat, ...script.seen?.[nameOf(path)] }
    },
    openFolder(path) {
      const code = script.folderErrors?.[nameOf(path)]
      if (code !== undefined) throw Object.assign(new Error(code), { code, errno: -1 })
      return acting('openFolder', path, realTree.openFolder(path))
    },
    fileSystemType: (path) => script.fileSystems?.[nameOf(path)] ?? realTree.fileSystemType(path),
    names: (folder, known) => realTree.names(folder, script.readsPieceByPiece ? undefined : known),
  }
}

const nameOf = (path: Uint8Array): string => {
  const text = Buffer.from(path).toString('latin1')
  return text.slice(text.lastIndexOf('/') + 1)
}

function take([what, path, more = '']: Step): void {
  if (what === 'remove') rmSync(path, { recursive: true })
  else if (what === 'rename') renameSync(path, more)
  else if (what === 'symlink') symlinkSync(more, path)
  else writeFileSync(path, more)
}
