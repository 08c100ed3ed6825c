// A policy as evaluation reads it: AWS's policy language, parsed and checked, with every element
// that can match kept as patterns. Made only by `parse-policy.ts`; plain data that never changes.

/** Where a policy is attached, which decides which elements it must and may not have. */
export type PolicyKind = 'identity' | 'resource' | 'trust' | 'key'

/** A policy document. */
export interface Policy {
  readonly kind: PolicyKind
  /** What it is called where it is attached: in the ground of a decision, never in an AWS text. */
  readonly name: string
  /** Policy variables are expanded only in the newer one. */
  readonly version: '2012-10-17' | '2008-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  /** Absent in policies of identities. */
  readonly principals?: Principals
  /** Lower case, with wildcards. */
  readonly actions: Elements
  /** Absent in trust policies, which speak of the role they are attached to. */
  readonly resources?: Elements
  readonly conditions: readonly Condition[]
}

/** An element, or its Not-form: everything but these. */
export interface Elements {
  readonly not: boolean
  readonly patterns: readonly string[]
}

/** Principal, or NotPrincipal: everybody but these. */
export interface Principals {
  readonly not: boolean
  readonly patterns: readonly PrincipalPattern[]
}

export type PrincipalPattern =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'account'; readonly account: string }
  /** A user, a role or a session, by its ARN or by its unique id (`AIDA…`, `AROA…`). */
  | { readonly kind: 'one'; readonly id: string }
  | { readonly kind: 'service'; readonly name: string }
  /** Federated and CanonicalUser: understood, and nobody here is one. */
  | { readonly kind: 'foreign'; readonly id: string }

/** One key under one operator: the key's values against any of these. */
export interface Condition {
  readonly operator: OperatorName
  /** How many of a key's values must match. */
  readonly set: 'all' | 'any' | 'single'
  readonly ifExists: boolean
  /** Lower case: the names of keys have no case. */
  readonly key: string
  readonly values: readonly string[]
}

export type OperatorName =
  | 'StringEquals'
  | 'StringNotEquals'
  | 'StringEqualsIgnoreCase'
  | 'StringNotEqualsIgnoreCase'
  | 'StringLike'
  | 'StringNotLike'
  | 'NumericEquals'
  | 'NumericNotEquals'
  | 'NumericLessThan'
  | 'NumericLessThanEquals'
  | 'NumericGreaterThan'
  | 'NumericGreaterThanEquals'
  | 'DateEquals'
  | 'DateNotEquals'
  | 'DateLessThan'
  | 'DateLessThanEquals'
  | 'DateGreaterThan'
  | 'DateGreaterThanEquals'
  | 'Bool'
  | 'BinaryEquals'
  | 'IpAddress'
  | 'NotIpAddress'
  | 'ArnEquals'
  | 'ArnLike'
  | 'ArnNotEquals'
  | 'ArnNotLike'
  | 'Null'

/** A policy that allows its holder everything. */
export function allowAll(name: string): Policy {
  const everything: Elements = { not: false, patterns: ['*'] }
  return {
    kind: 'identity',
    name,
    version: '2012-10-17',
    statements: [{ effect: 'Allow', actions: everything, resources: everything, conditions: [] }],
  }
}

/** A trust policy that lets one service assume a role. */
export function trustOf(service: string, name: string): Policy {
  return {
    kind: 'trust',
    name,
    version: '2012-10-17',
    statements: [
      {
        effect: 'Allow',
        principals: { not: false, patterns: [{ kind: 'service', name: service }] },
        actions: { not: false, patterns: ['sts:assumerole'] },
        conditions: [],
      },
    ],
  }
}
