// Goal: IAM decides as AWS says it does. Method: a table of decisions, each with the page of AWS's
// documentation or the reasoning it rests on (test/iam); policies are written and read as JSON.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ask } from '../src/access/iam/ask.ts'
import { decide } from '../src/access/iam/decide.ts'
import type { Decision } from '../src/access/iam/decision.ts'
import { parsePolicy } from '../src/access/iam/parse-policy.ts'
import type { Policy, PolicyKind } from '../src/access/iam/policy.ts'
import { type Case, type Decider, HERE, SOURCES, type Statement, VAULT } from './iam/case.ts'
import { COMBINATIONS } from './iam/combinations.ts'
import { CONDITIONS } from './iam/conditions.ts'
import { COPIES } from './iam/copies.ts'
import { ELEMENTS } from './iam/elements.ts'
import { PRINCIPALS } from './iam/principals.ts'
import { ROLES_AND_KEYS } from './iam/roles-and-keys.ts'
import { VARIABLES } from './iam/variables.ts'
import { principalOf } from './iam/who.ts'

const TABLES = {
  conditions: CONDITIONS,
  'policy variables': VARIABLES,
  'actions and resources': ELEMENTS,
  principals: PRINCIPALS,
  combinations: COMBINATIONS,
  'roles and keys': ROLES_AND_KEYS,
  copies: COPIES,
}
const CASES_MIN = 300

for (const [name, cases] of Object.entries(TABLES)) {
  test(`decisions about ${name} are AWS's`, () => {
    for (const each of cases) {
      const got = told(decide(askOf(each)))
      assert.equal(got, each.expect, `${SOURCES[each.source]}: ${each.why}`)
    }
  })
}

test('the table is as long as it should be and says nothing twice', () => {
  const cases = Object.values(TABLES).flat()
  assert.ok(cases.length >= CASES_MIN, `${cases.length} cases`)
  const told = cases.map(({ why, source, expect, ...given }) => JSON.stringify(given))
  const twice = told.filter((text, at) => told.indexOf(text) !== at)
  assert.deepEqual(twice, [])
})

function askOf(each: Case): Ask {
  const { who = 'bob', kind = 'resource', version = '2012-10-17' } = each
  const policy = (statements: readonly Statement[] | undefined, as: PolicyKind) =>
    statements && statements.length > 0
      ? read({ Version: version, Statement: statements }, as)
      : undefined
  const list = (statements: readonly Statement[] | undefined) => {
    const one = policy(statements, 'identity')
    return one ? [one] : []
  }
  const principal = principalOf(who, {
    policies: list(each.identity),
    boundary: policy(each.boundary, 'identity'),
    sessionPolicies: list(each.session),
  })
  const kinds = { resource: 'resource', key: 'key', role: 'trust' } as const
  const { arn = VAULT, account = HERE, action = 'backup:StartCopyJob' } = each
  return {
    principal,
    action,
    resource: { arn, account, kind, policy: policy(each.resource, kinds[kind]) },
    keys: new Map(
      Object.entries(each.keys ?? {}).map(([key, value]) => [key.toLowerCase(), [value].flat()]),
    ),
    controls: each.controls?.map(list),
  }
}

function read(document: object, kind: PolicyKind): Policy {
  const { policy, problems } = parsePolicy(JSON.stringify(document), { kind, name: 'test' })
  assert.ok(policy, JSON.stringify(problems))
  return policy
}

const DECIDERS: Readonly<Record<Decision['ground']['source'], Decider>> = {
  'identity-based policy': 'identity',
  'resource-based policy': 'resource',
  'permissions boundary': 'boundary',
  'session policy': 'session',
  'service control policy': 'control',
  'role trust policy': 'trust',
  'account root': 'root',
}

function told(decision: Decision): string {
  const by = DECIDERS[decision.ground.source]
  if (decision.allowed) return `allow ${by}`
  return `${decision.explicit ? 'deny!' : 'deny'} ${by}`
}
