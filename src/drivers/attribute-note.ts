// What a backup of a directory says about extended attributes and ACLs: nothing where there are
// none, how many and which where they can be seen, and that they are not kept where they cannot.

import type { AttributeFinder } from '../world/index.ts'

export async function attributeNote(
  finder: AttributeFinder | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await finder?.count(folder, signal)
  if (!found) {
    return 'Extended attributes and ACLs, where files have any, are not kept (not counted: getfattr is not installed).'
  }
  const { count, names } = found
  if (count === 0) return undefined
  const more = count > names.length ? ', …' : ''
  return `The extended attributes or ACLs of ${count} entries are not kept (${names.join(', ')}${more}).`
}
