// One Copyhold for each data folder: whoever works on it holds a lock on `owner.db` in it for
// life. The lock is the operating system's, so it ends with the process however that dies.

import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Trouble } from '../model/index.ts'
import { makePrivateFile } from '../world/index.ts'
import { translated } from './sqlite.ts'

/** Holds the folder until released or until the process is gone. */
export interface FolderOwner {
  release(): void
}

/** Another Copyhold works on the folder. */
export class FolderInUse extends Error {
  constructor(folder: string, options?: ErrorOptions) {
    super(`another Copyhold is using ${folder}: stop it first, or use another folder`, options)
    this.name = 'FolderInUse'
  }
}

/** Takes the (existing) folder for this process. Throws FolderInUse at once when it is held. */
export function ownFolder(options: { readonly folder: string }): FolderOwner {
  const database = translated(() => {
    const file = path.join(options.folder, 'owner.db')
    makePrivateFile(file)
    return new DatabaseSync(file, { timeout: 0 })
  })
  try {
    // Nothing is ever written to it: a journal on the disk would only want room there.
    database.exec('pragma journal_mode = memory')
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (isBusy(error)) throw new FolderInUse(options.folder, { cause: error })
    throw new Trouble(`${options.folder} cannot be locked`, { cause: error, retryable: false })
  }
  held.add(database)
  return {
    release() {
      held.delete(database)
      database.close()
    },
  }
}

/**
 * Locks in hand. A database nobody refers to is closed when memory is tidied up, and with it the
 * lock would go while its owner still works.
 */
const held = new Set<DatabaseSync>()

const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
