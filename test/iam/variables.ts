// Policy variables, and conditions on several keys at once.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so.

import { allow, type Case, deny, type Statement, VAULT } from './case.ts'

const KEYS = {
  'aws:username': 'bob',
  'aws:PrincipalOrgID': 'o-a1b2c3d4e5',
  'aws:ResourceOrgID': 'o-a1b2c3d4e5',
  'aws:PrincipalTag/team': 'blue',
  'aws:PrincipalTag/wild': '*',
  'aws:TagKeys': ['a', 'b'],
}

type Row = readonly [Statement, 'allow identity' | 'deny identity' | 'deny! identity', string]

const like = (name: string) => `arn:aws:backup:eu-west-1:111122223333:backup-vault:${name}`
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
})

const ROWS: readonly Row[] = [
  [allow({ Resource: like('${aws:username}-*') }), 'allow identity', 'in a resource'],
  [allow({ Resource: like('ann-*') }), 'deny identity', 'somebody else’s'],
  [allow({ Resource: like('${aws:USERNAME}-*') }), 'allow identity', 'names of keys have no case'],
  [allow({ Resource: like('${ aws:username }-*') }), 'allow identity', 'blanks around the name'],
  [allow({ Resource: like('${aws:nobody}-*') }), 'deny identity', 'no value: it matches nothing'],
  [allow({ Resource: like("${aws:nobody, 'bob'}-*") }), 'allow identity', 'a default'],
  [allow({ Resource: like("${aws:username, 'ann'}-*") }), 'allow identity', 'default not needed'],
  [allow({ Resource: like('${aws:nobody, bob}-*') }), 'deny identity', 'a default is quoted'],
  [allow({ Resource: like('${aws:PrincipalTag/wild}') }), 'deny identity', 'a value is literal'],
  [allow({ Resource: like('${aws:TagKeys}-*') }), 'deny identity', 'keys of many values are none'],
  [
    allow({ Resource: like("${aws:TagKeys, 'bob'}-*") }),
    'deny identity',
    'nor have they a default',
  ],
  [allow({ Resource: like('bob${*}') }), 'deny identity', '${*} is an asterisk'],
  [allow({ Resource: like('bob${?}daily') }), 'deny identity', '${?} is a question mark'],
  [allow({ NotResource: like('${aws:username}-*') }), 'deny identity', 'excepted from the Allow'],
  [allow({ NotResource: like('${aws:nobody}-*') }), 'deny identity', 'who knows what is excepted'],
  [deny({ NotResource: like('${aws:nobody}-*') }), 'deny! identity', 'nothing is excepted'],
  [allow(when('StringEquals', 'aws:username', '${aws:username}')), 'allow identity', 'itself'],
  [
    allow(when('StringEquals', 'aws:PrincipalOrgID', '${aws:ResourceOrgID}')),
    'allow identity',
    'the organization of who asks is that of the resource (a published vault policy)',
  ],
  [allow(when('StringEquals', 'aws:username', '${aws:nobody}')), 'deny identity', 'no value'],
  [allow(when('StringNotEquals', 'aws:username', '${aws:nobody}')), 'allow identity', 'no equal'],
  [
    allow(when('StringEquals', 'aws:username', "${aws:nobody, 'bob'}")),
    'allow identity',
    'default',
  ],
  [
    allow(when('StringLike', 'aws:username', '${aws:PrincipalTag/wild}')),
    'deny identity',
    'literal',
  ],
  [allow(when('StringLike', 'aws:PrincipalTag/wild', '${*}')), 'allow identity', 'an asterisk'],
  [allow(when('StringLike', 'aws:username', 'b${?}b')), 'deny identity', 'a question mark'],
  [allow(when('StringEquals', 'aws:username', 'b${$}b')), 'deny identity', 'a dollar sign'],
  [
    allow(when('StringEqualsIgnoreCase', 'aws:username', '${aws:username}')),
    'allow identity',
    'too',
  ],
  [allow(when('ArnLike', 'test:Arn', like('${aws:username}-*'))), 'allow identity', 'in ARNs'],
  [allow(when('ArnLike', 'test:Arn', like('${aws:nobody}-*'))), 'deny identity', 'no value'],
  [
    allow({
      Condition: {
        StringEquals: { 'aws:username': 'bob', 'aws:PrincipalTag/team': 'blue' },
        Null: { 'aws:nobody': 'true' },
      },
    }),
    'allow identity',
    'several keys and operators must all hold',
  ],
  [
    allow({
      Condition: { StringEquals: { 'aws:username': 'bob', 'aws:PrincipalTag/team': 'red' } },
    }),
    'deny identity',
    'one key of two does not hold',
  ],
  [
    allow({
      Condition: { StringEquals: { 'aws:username': 'bob' }, Null: { 'aws:username': true } },
    }),
    'deny identity',
    'one operator of two does not hold',
  ],
  [allow(when('StringEquals', 'AWS:PRINCIPALTAG/TEAM', 'blue')), 'allow identity', 'keys: no case'],
  [allow(when('StringEquals', 'aws:PrincipalTag/team', 'BLUE')), 'deny identity', 'values: case'],
  [deny(when('StringNotEquals', 'aws:PrincipalTag/team', 'blue')), 'deny identity', 'not denied'],
  [
    deny(when('StringNotEquals', 'aws:PrincipalTag/none', 'x')),
    'deny! identity',
    'missing, negated',
  ],
]

const OLD: readonly Row[] = [
  [allow({ Resource: like('${aws:username}-*') }), 'deny identity', 'no variables in 2008-10-17'],
  [
    allow(when('StringEquals', 'aws:username', '${aws:username}')),
    'deny identity',
    'nor in values',
  ],
  [allow({ Resource: like('bob-*') }), 'allow identity', 'wildcards there are'],
]

function caseOf([statement, expect, why]: Row): Case {
  return {
    source: 'variables',
    why,
    arn: VAULT.replace('daily', 'bob-daily'),
    identity: [statement],
    keys: { ...KEYS, 'test:Arn': like('bob-daily') },
    expect,
  }
}

export const VARIABLES: readonly Case[] = [
  ...ROWS.map(caseOf),
  ...OLD.map((row): Case => ({ ...caseOf(row), version: '2008-10-17' })),
]
