// What a backup of a directory says about extended attributes and ACLs: nothing where there are
// none, how many and which where they can be seen, and that they are not kept where they cannot.

import type { AttributeFinder } from '../world/index.ts'

export async function attributeNote(
  finder: AttributeFinder | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await finder?.count(folder, signal)
  if (!found) return NOT_COUNTED
  const { count, names } = found
  if (count === 0) return undefined
  const more = count > names.length ? ', …' : ''
  const named = names.join(', ') + more
  return `The extended attributes or ACLs of ${count} entries are not kept (${named}).`
}

const NOT_COUNTED =
  'Extended attributes and ACLs, where files have any, are not kept ' +
  '(not counted: getfattr is not installed).'
