// Recognises a restore that had ended but whose end was not recorded: its staging folder is gone,
// and everything lies there as it should. Changes nothing.

import type { Entry } from '../model/index.ts'
import { EntryLost } from './lost-entry.ts'
import { parentAndName } from './raw-path.ts'
import type { RestoreSession } from './restore-session.ts'
import { isWhole, isWholeLink } from './restored-settings.ts'
import type { TargetFolders } from './target-folders.ts'

/** The root's entry when everything but its settings is there already; undefined when not. */
export async function restoredAlready(
  session: RestoreSession,
  folders: TargetFolders,
): Promise<Entry | undefined> {
  let root: Entry | undefined
  let whole = true
  await session.forEachEntry({ kinds: KINDS, tells: false }, (entry) => {
    if (entry.path.length === 0) root = entry
    else if (whole) whole = isThere(session, folders, entry)
    if (whole) session.foundWhole(entry)
  })
  return whole ? root : undefined
}

const KINDS = ['directory', 'file', 'hardlink', 'symlink'] as const

function isThere(session: RestoreSession, folders: TargetFolders, entry: Entry): boolean {
  const { parent, name } = parentAndName(entry.path)
  try {
    folders.goTo(parent)
  } catch (error) {
    if (error instanceof EntryLost) return false
    throw error
  }
  const path = folders.child(name)
  if (entry.kind === 'symlink') return isWholeLink(session, entry, path)
  const stat = session.tree.lstat(path)
  if (entry.kind === 'hardlink') return stat?.kind === 'file'
  return stat !== undefined && isWhole(entry, stat)
}
