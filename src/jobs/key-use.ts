// Who may use the key of a vault, and make one. A key is its own account's, whoever's vault it
// seals: its policy is asked under the account in its ARN. Whoever puts a vault under a key needs
// what AWS Backup needs (AWS Backup developer guide, "Create a backup vault"): from then on the
// service itself works with it, by the grant that was made then, and a job's role is asked only
// where somebody has said who may: the key has a declared policy, or is another account's.

import type { Caller, Identities, RequestFacts } from '../access/index.ts'
import { backupSession, mayUseKey, rootPrincipal } from '../access/index.ts'
import type { VaultRow } from '../catalog/index.ts'
import { defaultKeyArn, parseKeyArn } from '../keys/index.ts'
import type { Failure } from '../model/index.ts'
import { Answer, partitionOf } from '../model/index.ts'
import type { Requester } from './admit-once.ts'
import type { JobContext } from './context.ts'

/** What AWS Backup needs of a key that a vault is put under. */
const UNDER_IT = [
  ...['kms:CreateGrant', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  ...['kms:Decrypt', 'kms:RetireGrant'],
] as const

/** What a job does with a vault's key: reads what lies in the vault, or adds to it. */
export type KeyAct = 'kms:Decrypt' | 'kms:GenerateDataKey'

type VaultKey = Pick<VaultRow, 'account' | 'region' | 'keyArn'>

/** A vault's key lives in the vault's Region: throws Answer InvalidParameter for any other. */
export function checkKeyArn(key: {
  readonly arn: string
  readonly region: Requester['region']
  readonly parameter: string
}): void {
  const { arn, region, parameter } = key
  const isHere = arn.startsWith(`arn:${partitionOf(region)}:`)
  if (isHere && parseKeyArn(arn)?.region === region) return
  const reason = `it must be the ARN of a KMS key in ${region}`
  throw new Answer({ code: 'InvalidParameter', parameter, reason })
}

/**
 * Why the caller may not put the vault under that key, or have its key changed; undefined when he
 * may. Says the same of a key that is there and of one that is not.
 */
export function keyRefusedTo(
  caller: Caller,
  identities: Identities,
  vault: VaultKey,
): Failure | undefined {
  if (isEverybodys(identities, vault)) return undefined
  for (const action of UNDER_IT) {
    const refused = useRefused(identities, { ...caller, vault, action })
    if (refused) return refused
  }
  return undefined
}

/** The same for reading what lies in the vault. */
export function readingRefusedTo(
  caller: Caller,
  identities: Identities,
  vault: VaultKey,
): Failure | undefined {
  if (!isAsked(identities, vault)) return undefined
  return useRefused(identities, { ...caller, vault, action: 'kms:Decrypt' })
}

/** Who works, as which role if any. */
export interface Worker {
  readonly account: Requester['account']
  readonly roleArn?: string | undefined
  readonly at: number
}

/** Why a job may not do that with the vault's key; undefined when it may. */
export function keyRefusedToJob(
  identities: Identities,
  worker: Worker,
  use: { readonly vault: VaultKey; readonly action: KeyAct },
): Failure | undefined {
  return isAsked(identities, use.vault) ? refusedToWorker(identities, worker, use) : undefined
}

/** Why a copy may not read the vault; of every customer's key its role is asked, as AWS has it. */
export function keyRefusedToCopy(
  identities: Identities,
  worker: Worker,
  vault: VaultKey,
): Failure | undefined {
  if (isEverybodys(identities, vault)) return undefined
  return refusedToWorker(identities, worker, { vault, action: 'kms:Decrypt' })
}

function refusedToWorker(
  identities: Identities,
  { roleArn, account, at }: Worker,
  use: { readonly vault: VaultKey; readonly action: KeyAct },
): Failure | undefined {
  const role = roleArn === undefined ? undefined : identities.role(roleArn)
  const principal = role ? backupSession(role) : rootPrincipal(account)
  // AWS Backup's own calls go over TLS and have no address.
  const facts = { at, secure: true }
  return useRefused(identities, { principal, facts, ...use }) && { code: 'KeyNotAccessible' }
}

/** Makes the key of a vault unless it is there: in the name of the vault's own account alone. */
export async function ensureKeyOf(
  { keys }: Pick<JobContext, 'keys'>,
  vault: Pick<VaultRow, 'account' | 'keyArn'>,
): Promise<void> {
  if (hasOwnKey(vault)) await keys.ensureKey(vault.keyArn)
}

/** Whether the vault's key is of the vault's account. */
export function hasOwnKey({ account, keyArn }: Pick<VaultRow, 'account' | 'keyArn'>): boolean {
  return parseKeyArn(keyArn)?.account === account
}

/** Whether the key is AWS Backup's own one, of which nobody has said who may use it. */
function isEverybodys(identities: Identities, vault: VaultKey): boolean {
  return vault.keyArn === defaultKeyArn(vault) && identities.keyPolicy(vault.keyArn) === undefined
}

/** Whether a role is asked for what AWS Backup does with the key. */
function isAsked(identities: Identities, vault: VaultKey): boolean {
  return !hasOwnKey(vault) || identities.keyPolicy(vault.keyArn) !== undefined
}

function useRefused(
  identities: Identities,
  use: Pick<Caller, 'principal'> & {
    readonly facts?: RequestFacts | undefined
    readonly vault: VaultKey
    readonly action: string
  },
): Failure | undefined {
  const { principal, facts, vault, action } = use
  const { keyArn, region } = vault
  const decision = mayUseKey(identities, { principal, facts, action, keyArn, region })
  return decision.allowed ? undefined : decision.failure
}
