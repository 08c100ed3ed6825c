// All policies together: within an account and across, with boundaries, sessions and an
// organization's controls.

import { allow, type Case, deny, HERE, THERE } from './case.ts'

const BOB = `arn:aws:iam::${HERE}:user/bob`
const ROLE = `arn:aws:iam::${HERE}:role/ops/copier`
const SESSION = `arn:aws:sts::${HERE}:assumed-role/copier/night`
const COPY = 'backup:StartCopyJob'
const LIST = 'backup:ListTags'

const to = (principal: unknown) => allow({ Principal: principal })
const everybody = [to('*')]
const nobody = [deny({ Principal: '*' })]
const everything = [allow()]
const nothing = [deny()]
const lists = [allow({ Action: LIST })]

type Row = Omit<Case, 'source'>

const WITHIN: readonly Row[] = [
  { why: 'nothing is allowed by nobody', expect: 'deny identity' },
  { why: 'an identity’s Allow is enough', identity: everything, expect: 'allow identity' },
  { why: 'a resource’s Allow is enough', resource: everybody, expect: 'allow resource' },
  { why: 'both allow', identity: everything, resource: everybody, expect: 'allow resource' },
  {
    why: 'an identity’s Deny wins',
    identity: nothing,
    resource: everybody,
    expect: 'deny! identity',
  },
  {
    why: 'a resource’s Deny wins',
    identity: everything,
    resource: nobody,
    expect: 'deny! resource',
  },
  { why: 'a Deny wins within a policy', identity: [allow(), deny()], expect: 'deny! identity' },
  { why: 'in any order', identity: [deny(), allow()], expect: 'deny! identity' },
  {
    why: 'a Deny of something else',
    identity: [allow(), deny({ Action: LIST })],
    expect: 'allow identity',
  },
  { why: 'an Allow of something else', identity: lists, expect: 'deny identity' },
  {
    why: 'the account is named and allows',
    identity: everything,
    resource: [to({ AWS: HERE })],
    expect: 'allow identity',
  },
  {
    why: 'a resource’s policy of others changes nothing',
    identity: everything,
    resource: [to({ AWS: THERE })],
    expect: 'allow identity',
  },
  { why: 'the root needs no policy', who: 'root', expect: 'allow root' },
  {
    why: 'the root is denied by a resource',
    who: 'root',
    resource: nobody,
    expect: 'deny! resource',
  },
  {
    why: 'a session with its role’s policies',
    who: 'session',
    identity: everything,
    expect: 'allow identity',
  },
  { why: 'a session of a role that may nothing', who: 'session', expect: 'deny identity' },
]

const ACROSS: readonly Row[] = [
  { why: 'neither allows', expect: 'deny resource' },
  { why: 'the identity alone is not enough', identity: everything, expect: 'deny resource' },
  { why: 'the resource alone is not enough', resource: everybody, expect: 'deny identity' },
  { why: 'both allow', identity: everything, resource: everybody, expect: 'allow identity' },
  {
    why: 'by account',
    identity: everything,
    resource: [to({ AWS: HERE })],
    expect: 'allow identity',
  },
  { why: 'by ARN', identity: everything, resource: [to({ AWS: BOB })], expect: 'allow identity' },
  {
    why: 'by ARN, and no policy of his own',
    resource: [to({ AWS: BOB })],
    expect: 'deny identity',
  },
  {
    why: 'another account is let in',
    identity: everything,
    resource: [to({ AWS: THERE })],
    expect: 'deny resource',
  },
  {
    why: 'the resource denies',
    identity: everything,
    resource: [...everybody, ...nobody],
    expect: 'deny! resource',
  },
  { why: 'the identity denies', identity: nothing, resource: everybody, expect: 'deny! identity' },
  { why: 'a root across accounts needs the resource', who: 'root', expect: 'deny resource' },
  {
    why: 'a root that is let in',
    who: 'root',
    resource: [to({ AWS: HERE })],
    expect: 'allow root',
  },
  {
    why: 'a role by its ARN',
    who: 'session',
    identity: everything,
    resource: [to({ AWS: ROLE })],
    expect: 'allow identity',
  },
  {
    why: 'a session by its ARN',
    who: 'session',
    identity: everything,
    resource: [to({ AWS: SESSION })],
    expect: 'allow identity',
  },
  {
    why: 'the boundary counts',
    identity: everything,
    boundary: lists,
    resource: everybody,
    expect: 'deny boundary',
  },
  {
    why: 'the session’s policies count',
    who: 'session',
    identity: everything,
    session: lists,
    resource: everybody,
    expect: 'deny session',
  },
  {
    why: 'a resource that allows something else',
    identity: everything,
    resource: [allow({ Principal: '*', Action: LIST })],
    expect: 'deny resource',
  },
]

const BOUNDARIES: readonly Row[] = [
  {
    why: 'within the boundary',
    identity: everything,
    boundary: everything,
    expect: 'allow identity',
  },
  { why: 'beyond the boundary', identity: everything, boundary: lists, expect: 'deny boundary' },
  { why: 'a boundary gives nothing', boundary: everything, expect: 'deny identity' },
  {
    why: 'a boundary that denies',
    identity: everything,
    boundary: [allow(), deny({ Action: COPY })],
    expect: 'deny! boundary',
  },
  {
    why: 'an empty overlap',
    identity: lists,
    boundary: [allow({ Action: COPY })],
    expect: 'deny identity',
  },
  {
    why: 'a user named by a resource is not limited by it',
    boundary: lists,
    resource: [to({ AWS: BOB })],
    expect: 'allow resource',
  },
  {
    why: 'nor as one of everybody',
    boundary: lists,
    resource: everybody,
    expect: 'allow resource',
  },
  {
    why: 'a role named by a resource is',
    who: 'session',
    boundary: lists,
    resource: [to({ AWS: ROLE })],
    expect: 'deny boundary',
  },
  {
    why: 'a role named, within it',
    who: 'session',
    boundary: everything,
    resource: [to({ AWS: ROLE })],
    expect: 'allow resource',
  },
  {
    why: 'a session named by a resource is not',
    who: 'session',
    boundary: lists,
    resource: [to({ AWS: SESSION })],
    expect: 'allow resource',
  },
  {
    why: 'a role by aws:PrincipalArn among everybody is not',
    who: 'session',
    boundary: lists,
    keys: { 'aws:PrincipalArn': ROLE },
    resource: [allow({ Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } })],
    expect: 'allow resource',
  },
  {
    why: 'a Deny of it counts always',
    boundary: nothing,
    resource: [to({ AWS: BOB })],
    expect: 'deny! boundary',
  },
  {
    why: 'the account is named: it counts',
    identity: everything,
    boundary: lists,
    resource: [to({ AWS: HERE })],
    expect: 'deny boundary',
  },
  {
    why: 'a condition of it does not hold',
    identity: everything,
    boundary: [allow({ Condition: { Bool: { 'aws:SecureTransport': true } } })],
    keys: { 'aws:SecureTransport': 'false' },
    expect: 'deny boundary',
  },
]

const SESSIONS: readonly Row[] = [
  {
    why: 'within the session’s policy',
    who: 'session',
    identity: everything,
    session: everything,
    expect: 'allow identity',
  },
  {
    why: 'beyond it',
    who: 'session',
    identity: everything,
    session: lists,
    expect: 'deny session',
  },
  { why: 'it gives nothing', who: 'session', session: everything, expect: 'deny identity' },
  {
    why: 'it denies',
    who: 'session',
    identity: everything,
    session: [allow(), deny({ Action: COPY })],
    expect: 'deny! session',
  },
  {
    why: 'a role named by a resource is limited by it',
    who: 'session',
    session: lists,
    resource: [to({ AWS: ROLE })],
    expect: 'deny session',
  },
  {
    why: 'a session named is not',
    who: 'session',
    session: lists,
    resource: [to({ AWS: SESSION })],
    expect: 'allow resource',
  },
  {
    why: 'boundary first, then session',
    who: 'session',
    identity: everything,
    boundary: lists,
    session: lists,
    expect: 'deny boundary',
  },
  {
    why: 'all three allow',
    who: 'session',
    identity: everything,
    boundary: everything,
    session: [allow({ Action: COPY })],
    expect: 'allow identity',
  },
]

const CONTROLS: readonly Row[] = [
  {
    why: 'each level allows',
    identity: everything,
    controls: [everything, everything],
    expect: 'allow identity',
  },
  {
    why: 'a level does not',
    identity: everything,
    controls: [everything, lists],
    expect: 'deny control',
  },
  {
    why: 'a level without any policy',
    identity: everything,
    controls: [[]],
    expect: 'deny control',
  },
  {
    why: 'a level denies',
    identity: everything,
    controls: [everything, [allow(), deny({ Action: COPY })]],
    expect: 'deny! control',
  },
  { why: 'controls give nothing', controls: [everything], expect: 'deny identity' },
  { why: 'the root is held too', who: 'root', controls: [lists], expect: 'deny control' },
  {
    why: 'what a resource allows is held too',
    resource: everybody,
    controls: [lists],
    expect: 'deny control',
  },
  {
    why: 'a service is not',
    who: 'backup',
    resource: everybody,
    controls: [lists],
    expect: 'allow resource',
  },
  {
    why: 'a Deny of controls is told first',
    identity: nothing,
    controls: [nothing],
    expect: 'deny! control',
  },
]

const as = (source: Case['source'], rows: readonly Row[], rest: Partial<Case> = {}): Case[] =>
  rows.map((row) => ({ source, action: COPY, ...rest, ...row }))

export const COMBINATIONS: readonly Case[] = [
  ...as('logic', WITHIN),
  ...as('cross', ACROSS, { account: THERE }),
  ...as('boundary', BOUNDARIES),
  ...as('session', SESSIONS),
  ...as('controls', CONTROLS),
]
