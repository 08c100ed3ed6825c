// Reads Principal and NotPrincipal (IAM user guide, "Principal"): everyone, accounts by number or
// by the ARN of their root, users, roles and sessions, services. Parts of a principal's ARN have no
// wildcards, or a policy would trust whoever is made tomorrow.

import { Members, textsOf } from './parse-parts.ts'
import type { PrincipalPattern, Principals } from './policy.ts'

/** The principals of a statement; undefined, and a problem if there are some, when none may be. */
export function parsePrincipals(
  members: Members,
  { isWanted }: { isWanted: boolean },
): Principals | undefined {
  const not = members.has('NotPrincipal')
  const name = not ? 'NotPrincipal' : 'Principal'
  if (!isWanted) {
    refuse(members, 'Principal')
    refuse(members, 'NotPrincipal')
    return undefined
  }
  if (not) refuse(members, 'Principal', 'it cannot stand beside NotPrincipal')
  if (!members.has(name)) members.add(name, 'it is missing')
  const value = members.take(name)
  if (value === undefined) return { not, patterns: [] }
  if (value === '*') return { not, patterns: [{ kind: 'everyone' }] }
  if (typeof value === 'string') {
    members.add(name, 'it must be * or an object such as {"AWS": "…"}')
    return { not, patterns: [] }
  }
  return { not, patterns: patternsOf(value, members, name) }
}

function refuse(members: Members, name: string, problem?: string): void {
  if (!members.has(name)) return
  members.take(name)
  members.add(name, problem ?? 'a policy of an identity speaks of its holder and names nobody')
}

function patternsOf(value: unknown, members: Members, name: string): PrincipalPattern[] {
  const { problems } = members.site
  const kinds = new Members(value, { path: members.pathOf(name), problems })
  const patterns: PrincipalPattern[] = []
  const read = (kind: string, toPattern: (text: string) => PrincipalPattern | string) => {
    if (!kinds.has(kind)) return
    textsOf(kinds, kind, (text) => {
      const pattern = toPattern(text)
      if (typeof pattern === 'string') return pattern
      patterns.push(pattern)
      return undefined
    })
  }
  read('AWS', awsPattern)
  read('Service', servicePattern)
  read('Federated', (id) => ({ kind: 'foreign', id }))
  read('CanonicalUser', (id) => ({ kind: 'foreign', id }))
  kinds.end()
  if (patterns.length === 0 && problems.found.length === 0) members.add(name, 'it names nobody')
  return patterns
}

const ACCOUNT = /^(?:arn:aws[\w-]*:iam::)?([0-9]{12})(:root)?$/
const ONE =
  /^arn:aws[\w-]*:(?:iam::[0-9]{12}:(?:user|role)|sts::[0-9]{12}:assumed-role)\/[\w+=,.@/-]{1,600}$/
const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]{4,124}$/

function awsPattern(text: string): PrincipalPattern | string {
  if (text === '*') return { kind: 'everyone' }
  const [, account, root] = ACCOUNT.exec(text) ?? []
  if (account && text.startsWith('arn:') === (root !== undefined))
    return { kind: 'account', account }
  if (ONE.test(text) || UNIQUE_ID.test(text)) return { kind: 'one', id: text }
  return 'it must be *, an account, or the ARN of a root, a user, a role or a session, whole'
}

function servicePattern(text: string): PrincipalPattern | string {
  if (text === '*') return { kind: 'service', name: '*' }
  if (/^[a-z0-9.-]{1,128}\.amazonaws\.com(\.cn)?$/.test(text))
    return { kind: 'service', name: text }
  return 'it must be the name of a service, such as backup.amazonaws.com'
}
