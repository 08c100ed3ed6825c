// The questions the rest of the program asks, each answered by all policies that bear on it: may
// this caller do that, may AWS Backup assume this role, may this role copy from here, and into
// there. Whoever asks decides what a denial comes to: a refused request or a failed job.

import { type AccountId, type Failure, parseAccountId } from '../model/index.ts'
import type { Caller, RequestFacts } from './caller.ts'
import { contextKeys, controlsOf, type Known } from './context-keys.ts'
import type { AskedResource } from './iam/ask.ts'
import { decide } from './iam/decide.ts'
import type { Decision, Denied } from './iam/decision.ts'
import type { Policy } from './iam/policy.ts'
import { type Identities, type Role, sessionOf } from './identities.ts'
import { type Principal, type RolePrincipal, servicePrincipal } from './principal.ts'

/** AWS Backup, as roles trust it. */
const BACKUP_SERVICE = 'backup.amazonaws.com'

type Tags = Readonly<Record<string, string>>

/** A vault or a recovery point, with the access policy of its vault. */
export interface GuardedResource {
  readonly arn: string
  /** The account that the vault belongs to. */
  readonly account: AccountId
  readonly vaultPolicy?: Policy | undefined
  readonly tags?: Tags | undefined
}

/** Whether the caller may do the action. */
export function mayCall(
  identities: Identities,
  call: {
    readonly caller: Caller
    /** Such as `backup:StartCopyJob`. */
    readonly action: string
    /** Absent for an action that is done to nothing in particular: then `*`. */
    readonly resource?: GuardedResource | undefined
  } & Pick<Known, 'requestTags' | 'tagKeys' | 'more'>,
): Decision {
  const { caller, action, resource = { arn: '*', account: caller.account }, ...rest } = call
  const { principal, facts, region } = caller
  const { arn, account, vaultPolicy: policy } = resource
  return ask(
    action,
    { arn, account, policy, kind: 'resource' },
    {
      ...{ identities, principal, facts, region, resource },
      ...rest,
    },
  )
}

/**
 * Whether the caller may hand the role to a service (`iam:PassRole`). The role is of the caller's
 * own account; a role that does not exist is judged by its ARN alone.
 */
export function mayPassRole(
  identities: Identities,
  call: {
    readonly caller: Caller
    readonly roleArn: string
    /** `iam:PassedToService`, such as `backup.amazonaws.com`. */
    readonly service: string
  },
): Decision {
  const { caller, roleArn, service } = call
  const { account } = caller
  if (roleArn.split(':', 5)[4] !== account) {
    return refusal({ code: 'CrossAccountPassRole' }, 'identity-based policy')
  }
  const resource = { arn: roleArn, account, tags: identities.role(roleArn)?.tags }
  const more = { 'iam:PassedToService': service }
  return mayCall(identities, { caller, action: 'iam:PassRole', resource, more })
}

/**
 * Whether AWS Backup may assume the role for work of that account and Region: it exists and trusts
 * `backup.amazonaws.com`. A denial's failure is RoleUnusable.
 */
export function mayAssume(
  identities: Identities,
  of: {
    readonly roleArn: string
    readonly account: AccountId
    readonly region: string
    readonly facts?: RequestFacts | undefined
  },
): Decision {
  const { roleArn, account, region, facts } = of
  const role = identities.role(roleArn)
  const unusable: Failure = { code: 'RoleUnusable', arn: roleArn }
  if (!role) return refusal(unusable, 'role trust policy')
  const resource = {
    arn: role.arn,
    account: role.account,
    policy: role.trust,
    kind: 'role',
  } as const
  const more = {
    'aws:SourceAccount': account,
    'aws:SourceArn': `arn:aws:backup:${region}:${account}:*`,
  }
  const principal = servicePrincipal(BACKUP_SERVICE)
  const known = { identities, principal, facts, region, resource: { ...resource, tags: role.tags } }
  const decision = ask('sts:AssumeRole', resource, { ...known, more })
  return decision.allowed ? decision : { ...decision, failure: unusable }
}

/** A copy as policies see it: both of its ends, and the role that does it. */
export interface CopyToJudge {
  readonly role: Role
  readonly region: string
  readonly facts?: RequestFacts | undefined
}

/** A session in which AWS Backup works as the role; it is called after it. */
export function backupSession(role: Role): RolePrincipal {
  return sessionOf(role, { name: `AWSBackup-${role.arn.slice(role.arn.lastIndexOf('/') + 1)}` })
}

/**
 * Whether the role may copy the recovery point out of its vault (`backup:CopyFromBackupVault`).
 * `targetVaultArn` is `backup:CopyTargets`; the path of its account in its organization is
 * `backup:CopyTargetOrgPaths`.
 */
export function mayCopyFrom(
  identities: Identities,
  copy: CopyToJudge & {
    readonly point: GuardedResource
    readonly targetVaultArn: string
    /** The account of the target. */
    readonly targetAccount: Caller['account']
  },
): Decision {
  const target = identities.organization(copy.targetAccount)
  const more = {
    'backup:CopyTargets': [copy.targetVaultArn],
    'backup:CopyTargetOrgPaths': target && [target.path],
  }
  return judgeCopy(identities, copy, {
    action: 'backup:CopyFromBackupVault',
    guarded: copy.point,
    more,
  })
}

/**
 * Whether the role may copy into the vault (`backup:CopyIntoBackupVault`). Across accounts the
 * vault's policy has to allow it. `requestTags` are those the copy will carry.
 */
export function mayCopyInto(
  identities: Identities,
  copy: CopyToJudge & { readonly vault: GuardedResource; readonly requestTags?: Tags | undefined },
): Decision {
  return judgeCopy(identities, copy, {
    action: 'backup:CopyIntoBackupVault',
    guarded: copy.vault,
    requestTags: copy.requestTags,
  })
}

function judgeCopy(
  identities: Identities,
  { role, region, facts }: CopyToJudge,
  asked: { readonly action: string; readonly guarded: GuardedResource } & Pick<
    Known,
    'requestTags' | 'more'
  >,
): Decision {
  const { action, guarded, ...rest } = asked
  const { arn, account, vaultPolicy: policy } = guarded
  const principal = backupSession(role)
  return ask(
    action,
    { arn, account, policy, kind: 'resource' },
    {
      ...{ identities, principal, facts, region, resource: guarded },
      ...rest,
    },
  )
}

/**
 * Whether the principal may use a key of the key service, such as `kms:Decrypt`. A key without a
 * declared policy has AWS's default one, which lets its account say who may.
 */
export function mayUseKey(
  identities: Identities,
  use: {
    readonly principal: Principal
    readonly action: string
    /** The key is of the account that its ARN names. */
    readonly keyArn: string
    readonly region: string
    readonly facts?: RequestFacts | undefined
  },
): Decision {
  const { principal, action, keyArn, region, facts } = use
  const account = parseAccountId(keyArn.split(':', 5)[4] ?? '')
  const policy = identities.keyPolicy(keyArn) ?? defaultKeyPolicy(account)
  const more = { 'kms:ViaService': `backup.${region}.amazonaws.com`, ...callerAccount(principal) }
  return ask(
    action,
    { arn: keyArn, account, policy, kind: 'key' },
    {
      ...{ identities, principal, facts, region, resource: { account } },
      more,
    },
  )
}

function callerAccount(principal: Principal): Readonly<Record<string, string>> {
  return principal.kind === 'service' ? {} : { 'kms:CallerAccount': principal.account }
}

function defaultKeyPolicy(account: string): Policy {
  const everything = { not: false, patterns: ['*'] }
  return {
    kind: 'key',
    name: 'the default key policy',
    version: '2012-10-17',
    statements: [
      {
        effect: 'Allow',
        principals: { not: false, patterns: [{ kind: 'account', account }] },
        actions: { not: false, patterns: ['kms:*'] },
        resources: everything,
        conditions: [],
      },
    ],
  }
}

function ask(action: string, resource: AskedResource, known: Known): Decision {
  const { principal, identities } = known
  const controls =
    principal.kind === 'service' ? undefined : controlsOf(identities, principal.account)
  return decide({ principal, action, resource, keys: contextKeys(known), controls })
}

function refusal(failure: Failure, source: Denied['ground']['source']): Denied {
  return { allowed: false, explicit: false, ground: { source }, failure }
}
