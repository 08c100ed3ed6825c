// ARNs of the keys Copyhold makes by itself: the same for the same account and Region on every
// machine, so that a vault can name its default key before the key exists.

import { createHash } from 'node:crypto'
import { type AccountId, parseAccountId, partitionOf, type RegionName } from '../model/index.ts'

/** What the keyring reads from an ARN; every part is safe as a folder or file name. */
export interface KeyArnParts {
  readonly region: string
  readonly account: AccountId
  readonly keyId: string
}

/** ARN of the key that vaults of the account and Region are under unless they name another. */
export function defaultKeyArn(place: { account: AccountId; region: RegionName }): string {
  return formatKeyArn(partitionOf(place.region), place.region, place.account)
}

/** ARN of the account's own key, of no Region: it wraps what all its vaults share. */
export function accountKeyArn(account: AccountId): string {
  return formatKeyArn('aws', 'global', account)
}

/** The parts of a key's ARN, or undefined if `arn` is not one (an alias, another service). */
export function parseKeyArn(arn: string): KeyArnParts | undefined {
  const parts = KEY_ARN.exec(arn)
  if (parts === null) return undefined
  const [, region = '', account = '', keyId = ''] = parts
  return { region, account: parseAccountId(account), keyId }
}

const KEY_ARN =
  /^arn:aws[a-z-]*:kms:([a-z][a-z0-9-]{0,62}):([0-9]{12}):key\/([a-z0-9][a-z0-9-]{0,127})$/

function formatKeyArn(partition: string, region: string, account: AccountId): string {
  return `arn:${partition}:kms:${region}:${account}:key/${keyIdOf(account, region)}`
}

/** A version-8 UUID (RFC 9562: made by a rule of one's own) out of a hash of the place. */
function keyIdOf(account: AccountId, region: string): string {
  const hash = createHash('sha256').update(`copyhold default key ${account} ${region}`).digest()
  hash[6] = 0x80 | ((hash[6] ?? 0) & 0x0f)
  hash[8] = 0x80 | ((hash[8] ?? 0) & 0x3f)
  const hex = hash.toString('hex')
  const cuts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return [...cuts, hex.slice(20, 32)].join('-')
}
