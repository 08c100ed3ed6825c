// Names of objects: paths of plain segments. Checked going in and coming back from a listing, so
// that no name ever leaves its store's folder, whatever lies there.

import type { Branded } from '../model/index.ts'

/** Up to eight segments of letters, digits, `_`, `-`, `.` joined by `/`; none begins with `.`. */
export type ObjectName = Branded<string, 'ObjectName'>

/** Longest segment, in characters; file systems end at 255. */
const SEGMENT_CHARACTERS_MAX = 200
const SEGMENTS_MAX = 8
/** No leading dot: `..` cannot be spelled, and a store may keep dot folders of its own. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

/** A text that cannot name an object: a bug, or damage, never a user's mistake. */
export class BadObjectName extends Error {
  constructor(text: string) {
    super(`not an object name: ${JSON.stringify(text.slice(0, 100))}`)
    this.name = 'BadObjectName'
  }
}

/** The name `text` spells; throws BadObjectName. */
export function objectName(text: string): ObjectName {
  const name = parseObjectName(text)
  if (name === undefined) throw new BadObjectName(text)
  return name
}

/** The name `text` spells, or undefined: for names found on a disk, which may be anybody's. */
export function parseObjectName(text: string): ObjectName | undefined {
  const segments = text.split('/')
  if (segments.length > SEGMENTS_MAX || !segments.every(isSegment)) return undefined
  return text as ObjectName
}

/** Throws BadObjectName unless some object name could begin with `prefix`. */
export function checkPrefix(prefix: string): void {
  const segments = prefix.split('/')
  const last = segments.pop()
  if (segments.length >= SEGMENTS_MAX || !segments.every(isSegment)) throw new BadObjectName(prefix)
  if (last !== '' && (last === undefined || !isSegment(last))) throw new BadObjectName(prefix)
}

function isSegment(segment: string): boolean {
  return segment.length <= SEGMENT_CHARACTERS_MAX && SEGMENT.test(segment)
}
