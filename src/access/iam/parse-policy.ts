// Reads a policy document strictly (IAM user guide, "Grammar of the IAM JSON policy language"):
// what is unknown, empty or of a wrong type is a problem, named with its path, and never guessed
// at. A policy with a problem is no policy.

import { duplicateMember } from './duplicate-member.ts'
import { parseConditions } from './parse-condition.ts'
import { List, Members, type PolicyProblem, Problems, textsOf } from './parse-parts.ts'
import { parsePrincipals } from './parse-principal.ts'
import type { Policy, PolicyKind, Statement } from './policy.ts'

/** A policy, or everything that keeps it from being one. */
export type ParsedPolicy =
  | { readonly policy: Policy; readonly problems?: undefined }
  | { readonly problems: readonly [PolicyProblem, ...PolicyProblem[]]; readonly policy?: undefined }

/** What kind of policy it is to be, and what it is called in a decision's ground. */
export interface PolicyUse {
  readonly kind: PolicyKind
  readonly name: string
}

/** The longest policy that is read, in characters: what AWS's key policies may have. */
export const POLICY_LENGTH_MAX = 32 * 1024

/** Reads the JSON text of a policy. Never throws. */
export function parsePolicy(text: string, use: PolicyUse): ParsedPolicy {
  const refused = (problem: string): ParsedPolicy => ({ problems: [{ path: '', problem }] })
  if (text.length > POLICY_LENGTH_MAX) {
    return refused(`a policy has at most ${POLICY_LENGTH_MAX} characters, and not ${text.length}`)
  }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    return refused(`this is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`)
  }
  const twice = duplicateMember(text)
  if (twice !== undefined) return refused(`the member ${twice} is given twice`)
  return parsePolicyDocument(document, use)
}

/** Reads a policy that was parsed already, as from a configuration file. Never throws. */
export function parsePolicyDocument(document: unknown, use: PolicyUse): ParsedPolicy {
  const problems = new Problems()
  const policy = readPolicy(document, use, problems)
  const [first, ...rest] = problems.found
  if (first) return { problems: [first, ...rest] }
  return { policy }
}

function readPolicy(document: unknown, use: PolicyUse, problems: Problems): Policy {
  const members = new Members(document, { path: '', problems })
  const version = members.text('Version') ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    problems.add('Version', 'it must be "2012-10-17" or "2008-10-17"')
  }
  const id = members.text('Id')
  const given = members.take('Statement')
  const statements = new List(given, { path: 'Statement', problems }).map((item, path) =>
    readStatement(item, { path, problems, kind: use.kind }),
  )
  if (given === undefined) problems.add('Statement', 'it is missing')
  members.end()
  checkSids(statements, use, problems)
  return {
    ...use,
    version: version === '2012-10-17' ? version : '2008-10-17',
    ...(id === undefined ? {} : { id }),
    statements,
  }
}

interface Place {
  readonly path: string
  readonly problems: Problems
  readonly kind: PolicyKind
}

function readStatement(value: unknown, { path, problems, kind }: Place): Statement {
  const members = new Members(value, { path, problems })
  const sid = members.text('Sid')
  const effect = members.text('Effect')
  if (effect === undefined) problems.add(`${path}.Effect`, 'it is missing')
  else if (effect !== 'Allow' && effect !== 'Deny') {
    problems.add(`${path}.Effect`, 'it must be "Allow" or "Deny"')
  }
  const principals = parsePrincipals(members, { isWanted: kind !== 'identity' })
  const actions = elementsOf(members, 'Action', checkAction)
  const resources =
    kind === 'trust' ? noResources(members) : elementsOf(members, 'Resource', checkResource)
  const conditions = parseConditions(members)
  members.end()
  return {
    ...(sid === undefined ? {} : { sid }),
    effect: effect === 'Deny' ? 'Deny' : 'Allow',
    ...(principals === undefined ? {} : { principals }),
    actions: { ...actions, patterns: actions.patterns.map((action) => action.toLowerCase()) },
    ...(resources === undefined ? {} : { resources }),
    conditions,
  }
}

function elementsOf(
  members: Members,
  name: 'Action' | 'Resource',
  check: (text: string) => string | undefined,
): Statement['actions'] {
  const not = members.has(`Not${name}`)
  if (not && members.has(name)) {
    members.add(`Not${name}`, `it cannot stand beside ${name}`)
    members.take(name)
  }
  const given = not ? `Not${name}` : name
  return { not, patterns: textsOf(members, given, check) }
}

function noResources(members: Members): undefined {
  for (const name of ['Resource', 'NotResource']) {
    if (!members.has(name)) continue
    members.take(name)
    members.add(name, 'a trust policy speaks of its own role and names no resource')
  }
  return undefined
}

function checkAction(text: string): string | undefined {
  if (text === '*' || /^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text) || text === '*:*')
    return undefined
  return 'an action is written service:Name, where * and ? may stand for parts of the name, or *'
}

function checkResource(text: string): string | undefined {
  if (text === '*' || text.startsWith('arn:')) return undefined
  return 'a resource is * or begins with arn:'
}

/** IAM wants them unique, and plain, where it stores the policy itself. */
function checkSids(statements: readonly Statement[], use: PolicyUse, problems: Problems): void {
  const seen = new Set<string>()
  statements.forEach(({ sid }, at) => {
    if (sid === undefined) return
    const path = `Statement[${at}].Sid`
    if (use.kind === 'identity' && !/^[A-Za-z0-9]*$/.test(sid)) {
      problems.add(path, 'it may have letters and digits only')
    }
    if (sid !== '' && seen.has(sid)) problems.add(path, 'another statement has it already')
    seen.add(sid)
  })
}
