// The ids of the domain, each with the one parser that makes it. A parser throws `BadId` (a bug or
// damaged data, never a user's mistake: what users send is checked in `wire/` before).

import type { Branded } from './branded.ts'

export type { Branded } from './branded.ts'

/** Twelve digits. */
export type AccountId = Branded<string, 'AccountId'>
/** An AWS Region's name, such as `eu-west-1`. */
export type RegionName = Branded<string, 'RegionName'>
/** Random id of a vault, its prefix in the store: 32 lower-case hexadecimal digits. */
export type VaultId = Branded<string, 'VaultId'>
/** Id of a recovery point: an upper-case UUID, drawn when its job is made. */
export type PointId = Branded<string, 'PointId'>
/** Id of a job: an upper-case UUID, as AWS writes them. Compared case-insensitively at the API. */
export type JobId = Branded<string, 'JobId'>
/** Name of a pack: the BLAKE3-256 of its bytes in 64 lower-case hexadecimal digits. */
export type PackName = Branded<string, 'PackName'>

/** A value that is not the id it should be. */
export class BadId extends Error {
  constructor(kind: string, text: string) {
    super(`not a ${kind}: ${JSON.stringify(text.slice(0, 80))}`)
    this.name = 'BadId'
  }
}

const UUID = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/

export const parseAccountId = (text: string) =>
  checked<AccountId>('account id', /^[0-9]{12}$/, text)
export const parseRegionName = (text: string) =>
  checked<RegionName>('Region name', /^[a-z]{2,}(-[a-z0-9]+)+$/, text)
export const parseVaultId = (text: string) => checked<VaultId>('vault id', /^[0-9a-f]{32}$/, text)
export const parsePointId = (text: string) => checked<PointId>('recovery point id', UUID, text)
export const parseJobId = (text: string) => checked<JobId>('job id', UUID, text)
export const parsePackName = (text: string) =>
  checked<PackName>('pack name', /^[0-9a-f]{64}$/, text)

/**
 * The id of a vault's cold part, and of a cold part the vault's: every digit is what it lacks of
 * `f`, so that each tells the other without a table.
 */
export function coldPartOf(id: VaultId): VaultId {
  const other = [...id].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16))
  return parseVaultId(other.join(''))
}

function checked<Id extends string>(kind: string, pattern: RegExp, text: string): Id {
  if (!pattern.test(text)) throw new BadId(kind, text)
  return text as Id
}
