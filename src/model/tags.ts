// Tags of vaults and recovery points: AWS's limits on them. Pure.

import type { Failure } from './failure.ts'

/** Of one resource. */
export const TAGS_MAX = 50
const KEY_LENGTH_MAX = 128
const VALUE_LENGTH_MAX = 256

/** Why AWS would refuse these tags on a resource that has `existing` ones; undefined if not. */
export function checkTags(
  tags: Readonly<Record<string, string>>,
  existing: Readonly<Record<string, string>> = {},
): Failure | undefined {
  for (const [key, value] of Object.entries(tags)) {
    const reason = reasonAgainst(key, value)
    if (reason) return { code: 'TagsInvalid', reason }
  }
  const count = Object.keys({ ...existing, ...tags }).length
  if (count <= TAGS_MAX) return undefined
  return {
    code: 'TagsInvalid',
    reason: `The resultant tag set must not have more than ${TAGS_MAX} user tags.`,
  }
}

function reasonAgainst(key: string, value: string): string | undefined {
  if (key.length < 1 || key.length > KEY_LENGTH_MAX) {
    return `a key has 1 to ${KEY_LENGTH_MAX} characters`
  }
  if (value.length > VALUE_LENGTH_MAX) return `a value has at most ${VALUE_LENGTH_MAX} characters`
  if (/^aws:/i.test(key)) return `the prefix aws: of ${key} is reserved`
  return undefined
}
