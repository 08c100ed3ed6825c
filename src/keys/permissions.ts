// Who may read the keyring: its owner, nobody else. What is open to others is refused with the
// file's name and the command that mends it.

import path from 'node:path'
import { Trouble } from '../model/index.ts'
import type { Disk, DiskFacts } from '../world/index.ts'
import { removeFile } from '../world/index.ts'

/** Folder of key files that are being written; what is in it was never a key. */
export const TEMPORARY = '.tmp'

const OTHERS = 0o077

/** Throws Trouble unless the file or folder is ours alone. */
export function checkPrivate(at: string, facts: DiskFacts, ownUid: number | undefined): void {
  if (ownUid === undefined) return // A system without users has no modes to check either.
  const what = facts.kind === 'folder' ? 'key folder' : 'key file'
  if (facts.uid !== ownUid) {
    throw refused(`${what} ${at} belongs to user ${facts.uid}: run chown ${ownUid} ${at}`)
  }
  if ((facts.mode & OTHERS) === 0) return
  const mode = facts.mode.toString(8).padStart(4, '0')
  const mended = facts.kind === 'folder' ? '700' : '600'
  throw refused(`${what} ${at} is open to others (mode ${mode}): run chmod ${mended} ${at}`)
}

/** Whatever is at the path; nothing there is fine. */
export async function checkAt(disk: Disk, at: string): Promise<void> {
  const facts = await disk.stat(at)
  if (facts !== undefined) checkPrivate(at, facts, disk.ownUid)
}

/** Every folder and key file below; removes, on the way, what dead writers left. */
export async function checkKeyFiles(disk: Disk, folder: string, depth = 2): Promise<void> {
  for (const { name, kind } of await disk.readdir(folder)) {
    const at = path.join(folder, name)
    if (kind === 'folder' && depth > 0) {
      await checkAt(disk, at)
      if (name === TEMPORARY) await removeAll(disk, at)
      else await checkKeyFiles(disk, at, depth - 1)
    } else if (depth === 0 && name.endsWith('.json')) {
      await checkAt(disk, at)
    }
  }
}

async function removeAll(disk: Disk, folder: string): Promise<void> {
  for (const { name, kind } of await disk.readdir(folder)) {
    if (kind === 'file') await removeFile(disk, path.join(folder, name))
  }
}

function refused(message: string): Trouble {
  const told =
    'a file of the keyring has another owner or mode than it should; see the log of the server'
  return new Trouble(message, { retryable: true, told })
}
