// The identities that a configuration declares: who exists, with which keys, and what they may do.
// Reads policies and secrets, and says of each that cannot be read what is wrong with it.

import { createHash } from 'node:crypto'
import {
  type AccessKey,
  type AccountPrincipal,
  type Identities,
  type Membership,
  type Policy,
  type Role,
  rootPrincipal,
  sessionOf,
  type UserPrincipal,
} from '../access/index.ts'
import { type AccountId, parseAccountId, parseRegionName, partitionOf } from '../model/index.ts'
import { checkIdentities } from './identity-checks.ts'
import type { Mistakes, Place } from './mistakes.ts'
import { membershipOf } from './organization.ts'
import { Policies } from './policies.ts'
import type { AccessKeyEntry, AccountEntry, ConfigurationFile } from './schema.ts'
import { readSecret, type Secrets } from './secrets.ts'

/** Identities as plain data, which threads can hand each other. */
export interface DeclaredIdentities {
  readonly memberships: ReadonlyMap<AccountId, Membership>
  readonly roles: ReadonlyMap<string, Role>
  readonly accessKeys: ReadonlyMap<string, AccessKey>
  readonly keyPolicies: ReadonlyMap<string, Policy>
}

/** What the program asks of identities. */
export function identitiesOf(declared: DeclaredIdentities): Identities {
  return {
    organization: (account) => declared.memberships.get(account),
    role: (arn) => declared.roles.get(arn),
    accessKey: (id) => declared.accessKeys.get(id),
    keyPolicy: (arn) => declared.keyPolicies.get(arn),
  }
}

/** Identities of a file that is in shape. What is wrong with them is added to `mistakes`. */
export function declareIdentities(
  file: ConfigurationFile,
  secrets: Secrets,
  mistakes: Mistakes,
): DeclaredIdentities {
  checkIdentities(file, mistakes)
  const declaration = new Declaration(file, secrets, mistakes)
  const memberships = new Map<AccountId, Membership>()
  for (const [i, account] of file.accounts.entries()) {
    declaration.addAccount(account, ['accounts', i])
    if (file.organization === undefined) continue
    const membership = membershipOf(file.organization, account, declaration.policies)
    memberships.set(parseAccountId(account.id), membership)
  }
  const keyPolicies = new Map(
    file.keys.policies.map(({ key, policy }, i) => {
      const place = ['keys', 'policies', i, 'policy']
      return [key, declaration.policies.read(policy, { kind: 'key', name: key, place })]
    }),
  )
  const { roles, accessKeys } = declaration
  return { memberships, roles, accessKeys, keyPolicies }
}

class Declaration {
  readonly roles = new Map<string, Role>()
  readonly accessKeys = new Map<string, AccessKey>()
  readonly policies: Policies
  readonly #secrets: Secrets
  readonly #mistakes: Mistakes
  readonly #partition: string

  constructor(file: ConfigurationFile, secrets: Secrets, mistakes: Mistakes) {
    this.policies = new Policies(mistakes)
    this.#secrets = secrets
    this.#mistakes = mistakes
    this.#partition = partitionOf(parseRegionName(file.regions[0]?.name ?? 'us-east-1'))
  }

  addAccount(account: AccountEntry, place: Place): void {
    const id = parseAccountId(account.id)
    const root = rootPrincipal(id)
    this.#addKeys(account.rootAccessKeys, [...place, 'rootAccessKeys'], () => root)
    for (const [i, user] of account.users.entries()) {
      const at = [...place, 'users', i]
      const principal = this.#user(id, user, at)
      this.#addKeys(user.accessKeys, [...at, 'accessKeys'], () => principal)
    }
    for (const [i, entry] of account.roles.entries()) {
      const at = [...place, 'roles', i]
      const role = this.#role(id, entry, at)
      this.roles.set(role.arn, role)
      this.#addKeys(entry.accessKeys, [...at, 'accessKeys'], (key) =>
        sessionOf(role, { name: key.id }),
      )
    }
  }

  #user(account: AccountId, user: AccountEntry['users'][number], place: Place): UserPrincipal {
    const arn = `arn:${this.#partition}:iam::${account}:user${user.path}${user.name}`
    const name = `a policy of the user ${user.name}`
    return {
      kind: 'user',
      arn,
      account,
      userId: uniqueId('AIDA', arn),
      name: user.name,
      ...this.#permissions(user, name, place),
    }
  }

  #role(account: AccountId, role: AccountEntry['roles'][number], place: Place): Role {
    const arn = `arn:${this.#partition}:iam::${account}:role${role.path}${role.name}`
    const name = `a policy of the role ${role.name}`
    const trust = { kind: 'trust', name: `the trust policy of ${role.name}` } as const
    return {
      arn,
      account,
      roleId: uniqueId('AROA', arn),
      trust: this.policies.read(role.trust, { ...trust, place: [...place, 'trust'] }),
      ...this.#permissions(role, name, place),
    }
  }

  #permissions(
    {
      policies,
      boundary,
      tags,
    }: Pick<AccountEntry['users'][number], 'policies' | 'boundary' | 'tags'>,
    name: string,
    place: Place,
  ) {
    const use = { kind: 'identity', name } as const
    return {
      policies: this.policies.readAll(policies, { ...use, place: [...place, 'policies'] }),
      ...(boundary === undefined
        ? {}
        : { boundary: this.policies.read(boundary, { ...use, place: [...place, 'boundary'] }) }),
      tags,
    }
  }

  #addKeys(
    keys: readonly AccessKeyEntry[],
    place: Place,
    principalOf: (key: AccessKeyEntry) => AccountPrincipal,
  ): void {
    for (const [i, key] of keys.entries()) {
      const read = (member: 'secretFrom' | 'sessionTokenFrom') => {
        const from = key[member]
        const site = { place: [...place, i, member], mistakes: this.#mistakes }
        return from && readSecret(from, this.#secrets, site)
      }
      this.accessKeys.set(key.id, {
        id: key.id,
        secret: read('secretFrom') ?? '',
        sessionToken: read('sessionTokenFrom'),
        expiresAt: key.expires === undefined ? undefined : Date.parse(key.expires),
        principal: principalOf(key),
      })
    }
  }
}

/** Like IAM's own ids, and the same whenever the same ARN is declared. */
function uniqueId(prefix: string, arn: string): string {
  const hex = createHash('sha256').update(arn).digest('hex').toUpperCase()
  return `${prefix}${hex.slice(0, 17)}`
}
