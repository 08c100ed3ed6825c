// What is a policy and what is not: every refusal names the place, and nothing hostile comes
// through.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { POLICY_LENGTH_MAX, parsePolicy, parsePolicyDocument } from './parse-policy.ts'
import type { PolicyKind } from './policy.ts'

const GOOD = { Effect: 'Allow', Action: 'backup:*', Resource: '*' }

function problemsOf(statement: object, kind: PolicyKind = 'identity', rest: object = {}) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement, ...rest })
  return (parsePolicy(text, { kind, name: 'test' }).problems ?? []).map(({ path }) => path)
}

test('a statement may stand alone or in a list, an element too', () => {
  assert.deepEqual(problemsOf(GOOD), [])
  assert.deepEqual(problemsOf([GOOD, { ...GOOD, Action: ['backup:*', '*'] }]), [])
  const { policy } = parsePolicy(JSON.stringify({ Id: 'i', Statement: GOOD }), {
    kind: 'identity',
    name: 'test',
  })
  assert.deepEqual(policy, {
    kind: 'identity',
    name: 'test',
    id: 'i',
    version: '2008-10-17',
    statements: [
      {
        effect: 'Allow',
        actions: { not: false, patterns: ['backup:*'] },
        resources: { not: false, patterns: ['*'] },
        conditions: [],
      },
    ],
  })
})

test('every mistake is told with its place', () => {
  const at = 'Statement[0]'
  const cases: readonly (readonly [object, readonly string[], PolicyKind?])[] = [
    [{ ...GOOD, Effect: 'allow' }, [`${at}.Effect`]],
    [{ Action: '*', Resource: '*' }, [`${at}.Effect`]],
    [{ Effect: 'Allow', Resource: '*' }, [`${at}.Action`]],
    [{ Effect: 'Allow', Action: '*' }, [`${at}.Resource`]],
    [{ ...GOOD, NotAction: '*' }, [`${at}.NotAction`]],
    [{ ...GOOD, NotResource: '*' }, [`${at}.NotResource`]],
    [{ ...GOOD, Action: [] }, [`${at}.Action`]],
    [{ ...GOOD, Action: ['backup:*', 'nothing'] }, [`${at}.Action[1]`]],
    [{ ...GOOD, Action: 's*:Get' }, [`${at}.Action`]],
    [{ ...GOOD, Action: 5 }, [`${at}.Action`]],
    [{ ...GOOD, Resource: 'bucket' }, [`${at}.Resource`]],
    [{ ...GOOD, Principal: '*' }, [`${at}.Principal`]],
    [{ ...GOOD, Principal: '*' }, [], 'resource'],
    [GOOD, [`${at}.Principal`], 'resource'],
    [{ ...GOOD, Principal: 'bob' }, [`${at}.Principal`], 'resource'],
    [{ ...GOOD, Principal: {} }, [`${at}.Principal`], 'resource'],
    [{ ...GOOD, Principal: { AWS: [] } }, [`${at}.Principal.AWS`], 'resource'],
    [{ ...GOOD, Principal: { Amazon: '*' } }, [`${at}.Principal.Amazon`], 'resource'],
    [{ ...GOOD, Principal: { AWS: '11112222333' } }, [`${at}.Principal.AWS`], 'resource'],
    [
      { ...GOOD, Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } },
      [`${at}.Principal.AWS`],
      'resource',
    ],
    [{ ...GOOD, Principal: { Service: 'backup' } }, [`${at}.Principal.Service`], 'resource'],
    [{ ...GOOD, Principal: '*', NotPrincipal: '*' }, [`${at}.Principal`], 'resource'],
    [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }, [], 'trust'],
    [{ ...GOOD, Principal: '*' }, [`${at}.Resource`], 'trust'],
    [{ ...GOOD, Sid: 'a b' }, [`${at}.Sid`]],
    [{ ...GOOD, Sid: 1 }, [`${at}.Sid`]],
    [{ ...GOOD, Remark: 'x' }, [`${at}.Remark`]],
    [{ ...GOOD, Condition: [] }, [`${at}.Condition`]],
    [{ ...GOOD, Condition: { Equals: { 'a:b': 'c' } } }, [`${at}.Condition.Equals`]],
    [{ ...GOOD, Condition: { NullIfExists: { 'a:b': 'true' } } }, [`${at}.Condition.NullIfExists`]],
    [
      { ...GOOD, Condition: { 'ForNoValue:StringLike': { 'a:b': 'c' } } },
      [`${at}.Condition."ForNoValue:StringLike"`],
    ],
    [
      { ...GOOD, Condition: { Bool: { SecureTransport: true } } },
      [`${at}.Condition.Bool.SecureTransport`],
    ],
    [{ ...GOOD, Condition: { Bool: { 'a:b': 'yes' } } }, [`${at}.Condition.Bool."a:b"`]],
    [{ ...GOOD, Condition: { Bool: { 'a:b': [] } } }, [`${at}.Condition.Bool."a:b"`]],
    [{ ...GOOD, Condition: { Bool: { 'a:b': null } } }, [`${at}.Condition.Bool."a:b"`]],
    [
      { ...GOOD, Condition: { NumericEquals: { 'a:b': ['1', 'one'] } } },
      [`${at}.Condition.NumericEquals."a:b"[1]`],
    ],
    [
      { ...GOOD, Condition: { DateLessThan: { 'a:b': 'May' } } },
      [`${at}.Condition.DateLessThan."a:b"`],
    ],
    [
      { ...GOOD, Condition: { IpAddress: { 'a:b': '1.2.3.4/33' } } },
      [`${at}.Condition.IpAddress."a:b"`],
    ],
    [
      { ...GOOD, Condition: { IpAddress: { 'a:b': '01.2.3.4' } } },
      [`${at}.Condition.IpAddress."a:b"`],
    ],
    [
      { ...GOOD, Condition: { IpAddress: { 'a:b': '1:2:3' } } },
      [`${at}.Condition.IpAddress."a:b"`],
    ],
    [{ ...GOOD, Condition: { ArnLike: { 'a:b': 'bob' } } }, [`${at}.Condition.ArnLike."a:b"`]],
    [
      { ...GOOD, Condition: { BinaryEquals: { 'a:b': '?' } } },
      [`${at}.Condition.BinaryEquals."a:b"`],
    ],
  ]
  for (const [statement, paths, kind] of cases) {
    assert.deepEqual(problemsOf(statement, kind), paths, JSON.stringify(statement))
  }
  assert.deepEqual(problemsOf(GOOD, 'identity', { Version: '2020-01-01' }), ['Version'])
  assert.deepEqual(
    problemsOf([
      { ...GOOD, Sid: 'A' },
      { ...GOOD, Sid: 'A' },
    ]),
    ['Statement[1].Sid'],
  )
  assert.deepEqual(problemsOf([], 'identity'), ['Statement'])
})

test('what is no policy at all is refused as a whole', () => {
  for (const text of ['', 'null', '[]', '"x"', '{', '{}', '{"Statement":null}']) {
    assert.ok(parsePolicy(text, { kind: 'identity', name: 'test' }).problems, text)
  }
  const long = parsePolicy(' '.repeat(POLICY_LENGTH_MAX + 1), { kind: 'identity', name: 'test' })
  assert.match(long.problems?.[0].problem ?? '', /at most/)
})

test('a member given twice is refused, for readers would differ on which counts', () => {
  const statement = '"Action":"*","Resource":"*"'
  const twice = [
    `{"Statement":{"Effect":"Allow","Effect":"Deny",${statement}}}`,
    `{"Statement":{"Effect":"Allow","\\u0045ffect":"Deny",${statement}}}`,
    `{"Statement":{"Effect":"Allow",${statement}},"Statement":{"Effect":"Deny",${statement}}}`,
  ]
  for (const text of twice) {
    const { problems } = parsePolicy(text, { kind: 'identity', name: 'test' })
    assert.match(problems?.[0].problem ?? '', /given twice/, text)
  }
  const apart = `{"Statement":[{"Effect":"Allow",${statement}},{"Effect":"Deny",${statement}}]}`
  assert.ok(parsePolicy(apart, { kind: 'identity', name: 'test' }).policy)
})

test('names of prototypes are names like any other', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const good = '"Effect":"Allow","Action":"*","Resource":"*"'
    const element = `{"Statement":{${good},"${name}":{"x":1}}}`
    const operator = `{"Statement":{${good},"Condition":{"${name}":{"a:b":"c"}}}}`
    for (const text of [element, operator]) {
      assert.ok(parsePolicy(text, { kind: 'identity', name: 'test' }).problems)
    }
  }
  assert.equal(({} as { x?: number }).x, undefined)
})

test('no document makes the reader throw', () => {
  const names = fc.constantFrom(
    'Version',
    'Statement',
    'Effect',
    'Principal',
    'Action',
    'Condition',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('*', 'Allow', '2012-10-17', 'arn:aws:s3:::a', 'a:b', 1, true, null),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(names, fc.constantFrom('Null', 'AWS', '__proto__', 'toString', 'Bool')),
        tie('tree'),
      ),
    ),
  }))
  fc.assert(
    fc.property(
      tree,
      fc.constantFrom<PolicyKind>('identity', 'resource', 'trust'),
      (document, kind) => {
        const parsed = parsePolicyDocument(document, { kind, name: 'test' })
        assert.notEqual(parsed.policy === undefined, parsed.problems === undefined)
        const text = JSON.stringify(document) ?? ''
        const read = parsePolicy(text, { kind, name: 'test' })
        assert.notEqual(read.policy === undefined, read.problems === undefined)
      },
    ),
    { numRuns: 2000 },
  )
})
