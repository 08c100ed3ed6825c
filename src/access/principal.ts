// Who can ask for something: the root of an account, a user, a session of a role, or a service of
// AWS's (AWS Backup itself, in whose name jobs work).

import type { AccountId } from '../model/index.ts'
import type { Policy } from './iam/policy.ts'

/** The root of an account: it may everything in its account that no policy denies. */
export interface RootPrincipal {
  readonly kind: 'root'
  /** `arn:aws:iam::<account>:root`. */
  readonly arn: string
  readonly account: AccountId
  /** `aws:userid`: the account's number. */
  readonly userId: string
}

/** What users and roles have in common: what they are given, and how far it may reach. */
export interface Permissions {
  readonly policies: readonly Policy[]
  /** Permissions boundary: nothing beyond it is allowed by policies of the identity. */
  readonly boundary?: Policy | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface UserPrincipal extends Permissions {
  readonly kind: 'user'
  /** `arn:aws:iam::<account>:user/<path><name>`. */
  readonly arn: string
  readonly account: AccountId
  /** Unique id, such as `AIDA…`. */
  readonly userId: string
  /** `aws:username`. */
  readonly name: string
}

/** A session of a role. */
export interface RolePrincipal extends Permissions {
  readonly kind: 'assumed-role'
  /** `arn:aws:sts::<account>:assumed-role/<role's name>/<session's name>`. */
  readonly arn: string
  readonly account: AccountId
  /** Unique id of the role and the session's name: `AROA…:<session>`. */
  readonly userId: string
  readonly roleArn: string
  /** Policies given when the role was assumed: nothing beyond each of them is allowed. */
  readonly sessionPolicies?: readonly Policy[] | undefined
}

export interface ServicePrincipal {
  readonly kind: 'service'
  /** Such as `backup.amazonaws.com`; also what is shown in place of an ARN. */
  readonly arn: string
}

export type AccountPrincipal = RootPrincipal | UserPrincipal | RolePrincipal
export type Principal = AccountPrincipal | ServicePrincipal

/** The root of an account. */
export function rootPrincipal(account: AccountId): RootPrincipal {
  return { kind: 'root', arn: `arn:aws:iam::${account}:root`, account, userId: account }
}

/** A service, by the name that policies call it. */
export function servicePrincipal(name: string): ServicePrincipal {
  return { kind: 'service', arn: name }
}
