// Whether the caller may do what a request asks: `backup:<Operation>` on the resource that AWS's
// service authorization reference names for it (`wire/authorization-model.ts`), under the caller's
// policies and, where that is a vault or a recovery point in one, the vault's policy.

import type { Caller, Decision, GuardedResource } from '../access/index.ts'
import { mayCall, mayPassRole } from '../access/index.ts'
import type { ReadTx, VaultRow } from '../catalog/index.ts'
import { points, vaults } from '../catalog/index.ts'
import { guarded } from '../jobs/index.ts'
import { Answer, formatVaultArn, isRoleArn, partitionOf } from '../model/index.ts'
import type { InputPath, OperationAuthorization } from '../wire/index.ts'
import { authorizationOf, guardedArn, valuesAt } from '../wire/index.ts'
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
  const asked = authorizationOf(operation)
  const resource =
    asked.resource && (await catalog.read((tx) => resourceOf(tx, { asked, input, caller })))
  const keys = keysOf(asked, input)
  check(mayCall(identities, { caller, action: `backup:${operation}`, resource, ...keys }))
  const { withTags, passesRole = [] } = asked
  if (withTags && Object.keys(keys.requestTags ?? {}).length > 0) {
    check(mayCall(identities, { caller, action: withTags, resource, ...keys }))
  }
  for (const { at, to } of passesRole) {
    for (const roleArn of textsAt(input, at)) {
      // What is not a role's ARN is refused as such.
      if (isRoleArn(roleArn)) check(mayPassRole(identities, { caller, roleArn, service: to }))
    }
  }
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

type Tags = Readonly<Record<string, string>>

/** The condition keys that the operation brings. */
function keysOf({ tagsAt, tagKeysAt, keys = {} }: OperationAuthorization, input: unknown) {
  const values = Object.entries(keys).map(([key, at]) => [key, valueAt(input, at)] as const)
  return {
    // Read by the service model: tags are a map of texts.
    requestTags:
      tagsAt === undefined ? undefined : (valuesAt(input, tagsAt)[0] as Tags | undefined),
    tagKeys: tagKeysAt === undefined ? undefined : textsAt(input, `${tagKeysAt}[]`),
    more: Object.fromEntries(values),
  }
}

/** One value as it is, a list as the texts in it. */
function valueAt(input: unknown, at: InputPath): string | number | readonly string[] | undefined {
  const [value] = valuesAt(input, at)
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string')
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

function textsAt(input: unknown, at: InputPath): string[] {
  return valuesAt(input, at).filter((value) => typeof value === 'string')
}

/** Undefined for what is done to nothing in particular. */
async function resourceOf(
  tx: ReadTx,
  of: {
    readonly asked: OperationAuthorization
    readonly input: unknown
    readonly caller: Caller
  },
): Promise<GuardedResource | undefined> {
  const { asked, input, caller } = of
  if (!asked.resource) return undefined
  const { type, at, vaultAt } = asked.resource
  const named = at === undefined ? undefined : textsAt(input, at)[0]
  if (type === 'backupVault' && named !== undefined) return vaultOf(tx, { name: named, caller })
  if (type === 'recoveryPoint' && named !== undefined) {
    const vault = vaultAt === undefined ? undefined : textsAt(input, vaultAt)[0]
    return pointOf(tx, { point: named, vault, caller })
  }
  if (type === 'any') return named === undefined ? undefined : taggedOf(tx, { arn: named, caller })
  const { account, region } = caller
  const place = { partition: partitionOf(region), region, account }
  return unknown(guardedArn(type, { ...place, name: named }), caller)
}

/** A vault or a recovery point, by its ARN. */
async function taggedOf(
  tx: ReadTx,
  { arn, caller }: { readonly arn: string; readonly caller: Caller },
): Promise<GuardedResource> {
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
