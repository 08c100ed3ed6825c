// What holds of every decision, whatever the policies say: a Deny wins, an Allow more never takes
// away, order means nothing. Policies are drawn at random, over few names so that they meet.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Ask } from '../src/access/iam/ask.ts'
import { decide } from '../src/access/iam/decide.ts'
import { parsePolicyDocument } from '../src/access/iam/parse-policy.ts'
import type { Policy, PolicyKind } from '../src/access/iam/policy.ts'
import { HERE, type Name, type Statement, THERE } from './iam/case.ts'
import { principalOf } from './iam/who.ts'

const ARN = `arn:aws:backup:eu-west-1:${HERE}:backup-vault:daily`
const RUNS = { numRuns: 1500 }

const who = fc.constantFrom<Name>('bob', 'root', 'session', 'backup')
const effect = fc.constantFrom('Allow', 'Deny')
const action = fc.constantFrom('backup:StartCopyJob', 'backup:*', '*', 'backup:ListTags')
const resource = fc.constantFrom('*', ARN, `arn:aws:backup:*:${HERE}:*`, 'arn:aws:s3:::b')
const principal = fc.constantFrom(
  '*',
  { AWS: HERE },
  { AWS: THERE },
  { AWS: `arn:aws:iam::${HERE}:user/bob` },
  { AWS: `arn:aws:iam::${HERE}:role/ops/copier` },
  { AWS: `arn:aws:sts::${HERE}:assumed-role/copier/night` },
  { Service: 'backup.amazonaws.com' },
)
const condition = fc.constantFrom(
  {},
  { StringEquals: { 'test:Key': 'a' } },
  { StringNotEquals: { 'test:Key': 'a' } },
  { 'ForAllValues:StringLike': { 'test:Key': ['a*'] } },
  { Null: { 'test:Key': 'true' } },
  { StringEqualsIfExists: { 'test:Key': '${test:Other}' } },
)
const own = fc
  .tuple(effect, fc.boolean(), action, fc.boolean(), resource, condition)
  .map(([Effect, notAction, Action, notResource, Resource, Condition]) => ({
    Effect,
    ...(notAction ? { NotAction: Action } : { Action }),
    ...(notResource ? { NotResource: Resource } : { Resource }),
    Condition,
  }))
const attached = fc.tuple(own, fc.boolean(), principal).map(([statement, not, one]) => ({
  ...statement,
  ...(not ? { NotPrincipal: one } : { Principal: one }),
}))

interface Drawn {
  readonly who: Name
  readonly identity: readonly Statement[]
  readonly boundary: readonly Statement[]
  readonly session: readonly Statement[]
  readonly resource: readonly Statement[]
  readonly control: readonly Statement[]
  readonly kind: Ask['resource']['kind']
  readonly account: string
  readonly key: string | undefined
}

const some = (statement: fc.Arbitrary<Statement>) => fc.array(statement, { maxLength: 3 })
const drawn: fc.Arbitrary<Drawn> = fc.record({
  who,
  identity: some(own),
  boundary: some(own),
  session: some(own),
  resource: some(attached),
  control: some(own),
  kind: fc.constantFrom('resource', 'key'),
  account: fc.constantFrom(HERE, THERE),
  key: fc.option(fc.constantFrom('a', 'ab', 'b'), { nil: undefined }),
})

/** Parts of a question that are lists of statements. */
const PARTS = ['identity', 'boundary', 'session', 'resource', 'control'] as const
const anyPart = fc.constantFrom(...PARTS)

test('a Deny of everything wins wherever it bears on the principal', () => {
  fc.assert(
    fc.property(drawn, anyPart, (asked, part) => {
      if (!bears(asked, part)) return
      const deny = { Effect: 'Deny', Action: '*', Resource: '*' }
      const added = part === 'resource' ? { ...deny, Principal: '*' } : deny
      const decision = decide(askOf({ ...asked, [part]: [...asked[part], added] }))
      assert.equal(decision.allowed, false)
      assert.ok(!decision.allowed && decision.explicit)
    }),
    RUNS,
  )
})

test('an Allow more never takes a permission away', () => {
  fc.assert(
    fc.property(drawn, anyPart, own, attached, (asked, part, ownMore, attachedMore) => {
      // A first statement makes a boundary, which limits; one more in it never does.
      if (part !== 'identity' && part !== 'resource' && asked[part].length === 0) return
      if (!decide(askOf(asked)).allowed) return
      const more = { ...(part === 'resource' ? attachedMore : ownMore), Effect: 'Allow' }
      assert.ok(decide(askOf({ ...asked, [part]: [...asked[part], more] })).allowed)
    }),
    RUNS,
  )
})

test('a Deny more never gives a permission', () => {
  fc.assert(
    fc.property(drawn, anyPart, own, attached, (asked, part, ownMore, attachedMore) => {
      if (asked[part].length === 0 || decide(askOf(asked)).allowed) return
      const more = { ...(part === 'resource' ? attachedMore : ownMore), Effect: 'Deny' }
      assert.ok(!decide(askOf({ ...asked, [part]: [...asked[part], more] })).allowed)
    }),
    RUNS,
  )
})

test('the order of statements means nothing', () => {
  fc.assert(
    fc.property(drawn, (asked) => {
      const turned = Object.fromEntries(PARTS.map((part) => [part, [...asked[part]].reverse()]))
      const [one, other] = [decide(askOf(asked)), decide(askOf({ ...asked, ...turned }))]
      assert.equal(one.allowed, other.allowed)
      assert.equal(one.ground.source, other.ground.source)
    }),
    RUNS,
  )
})

test('nothing is allowed across accounts that the resource does not allow', () => {
  fc.assert(
    fc.property(drawn, (asked) => {
      if (asked.who === 'backup') return
      const across = { ...asked, account: THERE }
      const alone = decide(askOf({ ...across, resource: [] }))
      assert.equal(alone.allowed, false)
    }),
    RUNS,
  )
})

test('whoever may nothing by policies of his own may nothing across accounts', () => {
  fc.assert(
    fc.property(drawn, (asked) => {
      if (asked.who !== 'bob' && asked.who !== 'session') return
      assert.equal(decide(askOf({ ...asked, account: THERE, identity: [] })).allowed, false)
    }),
    RUNS,
  )
})

function bears({ who }: Drawn, part: (typeof PARTS)[number]): boolean {
  if (part === 'resource') return true
  if (who === 'backup') return false
  if (part === 'control') return true
  if (who === 'root') return false
  return part !== 'session' || who === 'session'
}

function askOf(asked: Drawn): Ask {
  const list = (statements: readonly Statement[]) =>
    statements.length === 0 ? [] : [read(statements, 'identity')]
  const principalAsking = principalOf(asked.who, {
    policies: list(asked.identity),
    boundary: list(asked.boundary)[0],
    sessionPolicies: list(asked.session),
  })
  const policy = asked.resource.length === 0 ? undefined : read(asked.resource, 'resource')
  return {
    principal: principalAsking,
    action: 'backup:StartCopyJob',
    resource: { arn: ARN, account: asked.account, kind: asked.kind, policy },
    keys: new Map(asked.key === undefined ? [] : [['test:key', [asked.key]]]),
    controls: asked.control.length === 0 ? undefined : [list(asked.control)],
  }
}

function read(statements: readonly Statement[], kind: PolicyKind): Policy {
  const document = { Version: '2012-10-17', Statement: statements }
  const { policy, problems } = parsePolicyDocument(document, { kind, name: 'drawn' })
  assert.ok(policy, JSON.stringify(problems))
  return policy
}
