// Who exists and what they may: accounts in their organization, roles, access keys. Asked by
// authentication and by every decision; built in `dev` by `dev-identities.ts` and in `serve` from
// the configuration. Everything is in memory and answers at once.

import type { AccountId } from '../model/index.ts'
import type { Policy } from './iam/policy.ts'
import type { AccountPrincipal, Permissions, RolePrincipal } from './principal.ts'

/** All of it never changes under a caller: a new configuration is new Identities. */
export interface Identities {
  /** The account's place in its organization; undefined when it is in none. */
  organization(account: AccountId): Membership | undefined
  /** The role of that ARN; undefined when there is none. */
  role(arn: string): Role | undefined
  /** The access key of that id; undefined for an unknown one. */
  accessKey(id: string): AccessKey | undefined
  /** The policy of a key of the key service; undefined when nobody declared one. */
  keyPolicy(arn: string): Policy | undefined
}

/** An account in an organization. */
export interface Membership {
  /** `o-` and 10 to 32 lower-case letters and digits. */
  readonly id: string
  /** `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` tells it: with a slash at its end. */
  readonly path: string
  readonly managementAccount: AccountId
  /**
   * Service control policies that hold for the account, level by level from the root down: each
   * level must allow. Absent: none are in force. Never for the management account.
   */
  readonly controls?: readonly (readonly Policy[])[] | undefined
}

/** A role that can be assumed. */
export interface Role extends Permissions {
  /** `arn:aws:iam::<account>:role/<path><name>`. */
  readonly arn: string
  readonly account: AccountId
  /** Unique id, such as `AROA…`. */
  readonly roleId: string
  readonly trust: Policy
}

/** An access key and whose it is. */
export interface AccessKey {
  readonly id: string
  readonly secret: string
  /** A temporary key is good only with its token, and until it expires. */
  readonly sessionToken?: string | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined
  readonly principal: AccountPrincipal
}

/** A session of the role, as whoever assumes it speaks from then on. */
export function sessionOf(
  role: Role,
  session: { readonly name: string; readonly policies?: readonly Policy[] | undefined },
): RolePrincipal {
  const name = role.arn.slice(role.arn.lastIndexOf('/') + 1)
  const partition = role.arn.split(':', 2)[1] ?? 'aws'
  return {
    kind: 'assumed-role',
    arn: `arn:${partition}:sts::${role.account}:assumed-role/${name}/${session.name}`,
    account: role.account,
    userId: `${role.roleId}:${session.name}`,
    roleArn: role.arn,
    policies: role.policies,
    boundary: role.boundary,
    sessionPolicies: session.policies,
    tags: role.tags,
  }
}
