// What a restore's metadata asks for. The table below is every key there is: what we heed, what an
// unmodified script for AWS sends and has no effect here, and what would change what is restored or
// where. That, and any key that is not in the table, is refused by name, so that nobody gets
// something else than what he asked for.

import { Answer } from '../model/index.ts'

/** The restore metadata that names the target folder. */
export const TARGET_KEY = 'copyhold:path'
/** The restore metadata that allows a target that is not empty. */
const OVERWRITE_KEY = 'copyhold:overwrite'

/** What the metadata asks for. */
export interface RestoreWish {
  /** The folder to restore into. */
  readonly target: string
  /** The target may hold other things; what has an entry's name is replaced. */
  readonly overwrites: boolean
  /** Keys that are accepted and change nothing, as they were given. */
  readonly withoutEffect: readonly string[]
}

/** Why a key's value cannot be heeded; undefined when nothing is wrong with it. */
type Fault = (
  value: string,
  point: { readonly resourceArn?: string | undefined },
) => string | undefined

interface KeyRule {
  readonly fault?: Fault
  /** Whether it is heeded; else it has no effect. */
  readonly isHeeded?: true
}

const PARTS = 'parts of a recovery point cannot be restored; without it everything is'

/** AWS's own keys, known whatever the case of their first letter: its examples write both. */
const OF_AWS: ReadonlyMap<string, KeyRule> = new Map<string, KeyRule>([
  ['itemsToRestore', { fault: () => PARTS }],
  ['newFileSystem', { fault: newFileSystemFault }],
  ['file-system-id', { fault: fileSystemFault }],
  ['encrypted', {}],
  ['kmsKeyId', {}],
  ['performanceMode', {}],
  ['creationToken', {}],
  ['aws:backup:request-id', {}],
])

const KEYS: ReadonlyMap<string, KeyRule> = new Map<string, KeyRule>([
  [TARGET_KEY, { isHeeded: true }],
  [OVERWRITE_KEY, { isHeeded: true, fault: booleanFault }],
  ...OF_AWS,
])

/** Faults told of at once. */
const FAULTS_TOLD = 5

/** Throws an Answer RestoreMetadataInvalid that names what cannot be done as asked. */
export function readRestoreMetadata(
  metadata: Readonly<Record<string, string>>,
  point: { readonly resourceArn?: string | undefined },
): RestoreWish {
  const faults: { key: string; reason: string }[] = []
  const withoutEffect: string[] = []
  for (const [key, value] of Object.entries(metadata)) {
    const rule = KEYS.get(key) ?? OF_AWS.get(key.charAt(0).toLowerCase() + key.slice(1))
    const reason = rule ? rule.fault?.(value, point) : 'there is no such key'
    if (reason) faults.push({ key, reason })
    else if (!rule?.isHeeded) withoutEffect.push(key)
  }
  const target = metadata[TARGET_KEY]
  if (target === undefined) faults.push({ key: TARGET_KEY, reason: NO_TARGET })
  if (target === undefined || faults.length > 0) throw refusal(faults)
  return { target, overwrites: metadata[OVERWRITE_KEY] === 'true', withoutEffect }
}

/** The end of a file system's ARN, as AWS's restores name it. */
export const fileSystemIdOf = (resourceArn: string): string | undefined =>
  /:file-system\/(fs-[0-9a-f]+)$/.exec(resourceArn)?.[1]

function booleanFault(value: string): string | undefined {
  return value === 'true' || value === 'false' ? undefined : 'it must be true or false'
}

function newFileSystemFault(value: string): string | undefined {
  if (value !== 'true') return booleanFault(value)
  return `no file system is made here; ${TARGET_KEY} names a folder to restore into`
}

function fileSystemFault(
  value: string,
  { resourceArn = '' }: { readonly resourceArn?: string | undefined },
): string | undefined {
  const own = fileSystemIdOf(resourceArn)
  if (value === own) return undefined
  return `the recovery point is of ${own ?? 'none'}; ${TARGET_KEY} alone names where to restore`
}

const NO_TARGET = 'it must name the folder to restore into'

function refusal(faults: readonly { key: string; reason: string }[]): Answer {
  const [first = { key: TARGET_KEY, reason: NO_TARGET }, ...others] = faults
  const more = others.slice(0, FAULTS_TOLD - 1).map(({ key, reason }) => `${short(key)}: ${reason}`)
  const untold = others.length - more.length
  const reasons = [first.reason, ...more, ...(untold > 0 ? [`and ${untold} more`] : [])]
  return new Answer({ code: 'RestoreMetadataInvalid', key: first.key, reason: reasons.join('; ') })
}

const KEY_TOLD_MAX = 100
const short = (key: string): string =>
  key.length <= KEY_TOLD_MAX ? key : `${key.slice(0, KEY_TOLD_MAX)}…`
