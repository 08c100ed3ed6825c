// What the vault says when bytes are not what they must be. Always names the object, so that a
// person can look at it and a job can mark it; leaves repairing to the jobs.

import type { PackName } from '../model/index.ts'
import { errnoOf } from '../world/index.ts'

/** An object of a vault is missing or its bytes fail a check. Trying again does not mend it. */
export class VaultDamaged extends Error {
  /** The object's name in the store, `<vault id>/…`. */
  readonly object: string
  readonly reason: string
  /** Set when the object is a pack. */
  readonly pack?: PackName
  /** The object is not there at all. */
  readonly missing: boolean

  constructor(
    object: string,
    reason: string,
    options: { pack?: PackName; missing?: boolean; cause?: unknown } = {},
  ) {
    super(
      `${object}: ${reason}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'VaultDamaged'
    this.object = object
    this.reason = reason
    this.missing = options.missing === true
    if (options.pack !== undefined) this.pack = options.pack
  }
}

/** What a disk says of this one file, and not of a store out of reach. */
const MEDIA: ReadonlySet<string> = new Set(['EIO', 'EBADMSG', 'EUCLEAN'])

/** Whether the media lost a file's bytes: they may be there, and cannot be read. */
export function isMediaError(error: unknown): boolean {
  return error instanceof Error && MEDIA.has(errnoOf(error.cause) ?? '')
}

/** Whether an object is lost, as far as can be told: waiting for it would not help. */
export const isLost = (error: unknown): boolean =>
  error instanceof VaultDamaged || isMediaError(error)

/** Does the work again after each damage that could be mended. */
export async function mending<Result>(
  { mend }: { readonly mend?: ((damage: VaultDamaged) => Promise<boolean>) | undefined },
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof VaultDamaged) || !(await mend?.(error))) throw error
    }
  }
}

/** An object is whole but needs a newer Copyhold: it names a feature this one does not know. */
export class FeatureUnknown extends Error {
  readonly object: string
  readonly feature: string

  constructor(object: string, feature: string) {
    super(`${object}: needs the feature ${JSON.stringify(feature)}, unknown to this version`)
    this.name = 'FeatureUnknown'
    this.object = object
    this.feature = feature
  }
}

/** A recovery point of this id is there already and was sealed by another job. */
export class ManifestTaken extends Error {
  readonly object: string
  readonly jobId: string

  constructor(object: string, jobId: string) {
    super(`${object}: was sealed by job ${jobId}`)
    this.name = 'ManifestTaken'
    this.object = object
    this.jobId = jobId
  }
}

/** A fact record of this number is there and says something else. */
export class FactRecordTaken extends Error {
  readonly object: string

  constructor(object: string) {
    super(`${object}: says other facts than those to be written; is the catalog an older one?`)
    this.name = 'FactRecordTaken'
    this.object = object
  }
}
