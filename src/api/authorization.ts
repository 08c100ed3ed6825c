// Whether the caller may do what a request asks: `backup:<Operation>` on the resource that AWS's
// service authorization reference names for it, under the caller's policies and, where the request
// speaks of a vault or of a recovery point in one, the vault's policy.

import type { Caller, Decision, GuardedResource } from '../access/index.ts'
import { mayCall, mayPassRole } from '../access/index.ts'
import type { ReadTx, VaultRow } from '../catalog/index.ts'
import { points, vaults } from '../catalog/index.ts'
import { guarded } from '../jobs/index.ts'
import { Answer, formatVaultArn, isRoleArn } from '../model/index.ts'
import type { ApiContext } from './context.ts'

type AuthorizationContext = Pick<ApiContext, 'catalog' | 'identities'>

/** An operation of AWS's that is about to be answered, its input read and checked. */
export interface OperationAsked {
  /** AWS's name. */
  readonly operation: string
  readonly input: unknown
  readonly caller: Caller
}

/** A route of our own that is about to be answered. */
export interface ExtensionAsked {
  readonly method: string
  /** As it is declared, such as `/vaults/:name/sweep`. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly caller: Caller
}

/** Throws the Answer NotAuthorized, or CrossAccountPassRole, unless the caller may do it. */
async function authorizeOperation(
  { operation, input, caller }: OperationAsked,
  { catalog, identities }: AuthorizationContext,
): Promise<void> {
  const asked = (input ?? {}) as Asked
  const named = namedBy(operation, asked)
  const resource = named && (await catalog.read((tx) => resourceOf(tx, { named, caller })))
  const action = `backup:${operation}`
  check(mayCall(identities, { caller, action, resource, ...keysOf(asked) }))
  const { IamRoleArn: roleArn } = asked
  // What is no role's ARN is refused as such.
  if (!PASSES_ROLE.has(operation) || !isRoleArn(roleArn ?? '')) return
  check(mayPassRole(identities, { caller, roleArn: roleArn ?? '' }))
}

/**
 * The same for a route of our own: `copyhold:<Method><Path>`, such as `copyhold:PostVaultsSweep`,
 * on the vault it names or else on `*`.
 */
async function authorizeExtension(
  { method, path, params, caller }: ExtensionAsked,
  { catalog, identities }: AuthorizationContext,
): Promise<void> {
  const action = extensionAction(method, path)
  const { name } = params
  const ofVault = path.startsWith('/vaults/:name') && name !== undefined
  const resource = ofVault ? await catalog.read((tx) => vaultOf(tx, { name, caller })) : undefined
  check(mayCall(identities, { caller, action, resource }))
}

/** Asked before anything is answered. */
export const authorization = {
  operation: authorizeOperation,
  extension: authorizeExtension,
} as const

/** The action of one of our own routes. */
export function extensionAction(method: string, path: string): string {
  const words = path.split('/').filter((part) => part !== '' && !part.startsWith(':'))
  const capital = (word: string) =>
    `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`
  return `copyhold:${[method, ...words]
    .flatMap((word) => word.split('-'))
    .map(capital)
    .join('')}`
}

/** Those of AWS's that hand a role to AWS Backup ("Dependent actions" of the reference). */
const PASSES_ROLE: ReadonlySet<string> = new Set([
  'StartBackupJob',
  'StartCopyJob',
  'StartRestoreJob',
])

/** Those that say by an ARN what they are done to, be it a vault or a recovery point. */
const TAGS: ReadonlySet<string> = new Set(['ListTags', 'TagResource', 'UntagResource'])

type Tags = Readonly<Record<string, string>>

/** Members of inputs that matter here, each with the type that the service model gives it. */
interface Asked {
  readonly BackupVaultName?: string
  readonly SourceBackupVaultName?: string
  readonly RecoveryPointArn?: string
  readonly ResourceArn?: string
  readonly IamRoleArn?: string
  readonly BackupVaultTags?: Tags
  readonly RecoveryPointTags?: Tags
  readonly Tags?: Tags
  readonly TagKeyList?: readonly string[]
  readonly MinRetentionDays?: number
  readonly MaxRetentionDays?: number
  readonly ChangeableForDays?: number
}

function keysOf(asked: Asked) {
  return {
    requestTags: asked.BackupVaultTags ?? asked.RecoveryPointTags ?? asked.Tags,
    tagKeys: asked.TagKeyList,
    more: {
      'backup:MinRetentionDays': asked.MinRetentionDays,
      'backup:MaxRetentionDays': asked.MaxRetentionDays,
      'backup:ChangeableForDays': asked.ChangeableForDays,
    },
  }
}

/** What a request says it is done to. */
type Named =
  | { readonly vault: string }
  /** A recovery point, perhaps with its vault. */
  | { readonly point: string; readonly vault?: string | undefined }
  /** One or the other. */
  | { readonly arn: string }

/** Undefined for what is done to nothing in particular. */
function namedBy(operation: string, asked: Asked): Named | undefined {
  const { RecoveryPointArn: point, ResourceArn: arn, BackupVaultName: name } = asked
  if (point !== undefined) return { point, vault: asked.SourceBackupVaultName ?? name }
  if (name !== undefined) return { vault: name }
  return TAGS.has(operation) && arn !== undefined ? { arn } : undefined
}

async function resourceOf(
  tx: ReadTx,
  { named, caller }: { readonly named: Named; readonly caller: Caller },
): Promise<GuardedResource> {
  if ('point' in named) return pointOf(tx, { ...named, caller })
  if ('vault' in named) return vaultOf(tx, { name: named.vault, caller })
  const { arn } = named
  const vault = await vaults.byArn(tx, arn)
  if (vault?.account === caller.account) return judgeable(tx, { vault, arn, caller })
  return pointOf(tx, { point: arn, caller })
}

/** A recovery point, in the vault that is named or else in the one of the caller's that has it. */
async function pointOf(
  tx: ReadTx,
  of: {
    readonly point: string
    readonly vault?: string | undefined
    readonly caller: Caller
  },
): Promise<GuardedResource> {
  const { point: arn, vault: name, caller } = of
  const { account, region } = caller
  if (name !== undefined) {
    const named = await vaults.byName(tx, { account, region, name })
    if (!named) return unknown(arn, caller)
    const vault = await guarded(tx, named, arn)
    // Another vault's has tags that are not for this caller's policies to ask about.
    return (await points.byArn(tx, named.id, arn)) ? vault : { ...vault, tags: {} }
  }
  const point = await points.findByArn(tx, { account, arn })
  return judgeable(tx, { vault: point && (await vaults.byId(tx, point.vaultId)), arn, caller })
}

async function vaultOf(
  tx: ReadTx,
  { name, caller }: { readonly name: string; readonly caller: Caller },
): Promise<GuardedResource> {
  const { account, region } = caller
  const vault = await vaults.byName(tx, { account, region, name })
  return judgeable(tx, { vault, arn: formatVaultArn({ account, region, name }), caller })
}

async function judgeable(
  tx: ReadTx,
  of: { readonly vault: VaultRow | undefined; readonly arn: string; readonly caller: Caller },
): Promise<GuardedResource> {
  const { vault, arn, caller } = of
  return vault ? guarded(tx, vault, arn) : unknown(arn, caller)
}

/**
 * What is not there, or is another account's, is judged by its ARN alone: a policy must not tell
 * the two apart by tags. That it cannot be found is told later.
 */
function unknown(arn: string, { account }: Caller): GuardedResource {
  return { arn, account }
}

function check(decision: Decision): void {
  if (!decision.allowed) throw new Answer(decision.failure)
}
