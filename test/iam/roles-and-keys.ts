// Policies that must allow, or nobody may: the trust of roles and the policies of keys. And handing
// a role to AWS Backup.

import { allow, type Case, deny, HERE, THERE } from './case.ts'

type Row = Omit<Case, 'source'>

const BACKUP = { Service: 'backup.amazonaws.com' }
const BOB = `arn:aws:iam::${HERE}:user/bob`
const ROLE = `arn:aws:iam::${HERE}:role/backup`
const KEY = `arn:aws:kms:eu-west-1:${HERE}:key/0a1b2c3d`
const everything = [allow()]

/** A trust policy's statement: it names no resource. */
function trusts(principal: unknown, rest: object = {}) {
  return { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, ...rest }
}

const TRUST: readonly Row[] = [
  {
    why: 'AWS Backup is trusted',
    who: 'backup',
    resource: [trusts(BACKUP)],
    expect: 'allow trust',
  },
  {
    why: 'another service is',
    who: 'backup',
    resource: [trusts({ Service: 'ec2.amazonaws.com' })],
    expect: 'deny trust',
  },
  { why: 'an account is', who: 'backup', resource: [trusts({ AWS: HERE })], expect: 'deny trust' },
  {
    why: 'one of several services',
    who: 'backup',
    resource: [trusts({ Service: ['rds.amazonaws.com', BACKUP.Service] })],
    expect: 'allow trust',
  },
  {
    why: 'another action is allowed',
    who: 'backup',
    resource: [trusts(BACKUP, { Action: 'sts:TagSession' })],
    expect: 'deny trust',
  },
  {
    why: 'the trust denies',
    who: 'backup',
    resource: [trusts(BACKUP), trusts('*', { Effect: 'Deny' })],
    expect: 'deny! trust',
  },
  {
    why: 'for work of that account',
    who: 'backup',
    keys: { 'aws:SourceAccount': HERE },
    resource: [trusts(BACKUP, { Condition: { StringEquals: { 'aws:SourceAccount': HERE } } })],
    expect: 'allow trust',
  },
  {
    why: 'for work of another account',
    who: 'backup',
    keys: { 'aws:SourceAccount': THERE },
    resource: [trusts(BACKUP, { Condition: { StringEquals: { 'aws:SourceAccount': HERE } } })],
    expect: 'deny trust',
  },
  {
    why: 'a user who may all is not trusted',
    identity: everything,
    resource: [trusts(BACKUP)],
    expect: 'deny trust',
  },
  {
    why: 'the account is trusted and allows him',
    identity: everything,
    resource: [trusts({ AWS: HERE })],
    expect: 'allow identity',
  },
  {
    why: 'the account is trusted and does not',
    resource: [trusts({ AWS: HERE })],
    expect: 'deny identity',
  },
  { why: 'he himself is trusted', resource: [trusts({ AWS: BOB })], expect: 'allow trust' },
  {
    why: 'another account trusts his, he may',
    account: THERE,
    identity: everything,
    resource: [trusts({ AWS: HERE })],
    expect: 'allow identity',
  },
  {
    why: 'another account trusts him, he may not',
    account: THERE,
    resource: [trusts({ AWS: BOB })],
    expect: 'deny identity',
  },
]

const toHim = { Action: 'kms:Decrypt', Principal: { AWS: BOB } }
const toAccount = { Action: 'kms:*', Principal: { AWS: `arn:aws:iam::${HERE}:root` } }
const via = (region: string) => ({
  StringEquals: { 'kms:ViaService': `backup.${region}.amazonaws.com` },
})

const KEYS: readonly Row[] = [
  { why: 'no policy of the key: nobody', identity: everything, expect: 'deny resource' },
  { why: 'the root neither', who: 'root', expect: 'deny resource' },
  {
    why: 'the account says who may: he may',
    identity: everything,
    resource: [allow(toAccount)],
    expect: 'allow identity',
  },
  {
    why: 'the account says who may: he may not',
    resource: [allow(toAccount)],
    expect: 'deny identity',
  },
  {
    why: 'the account is named: its root may',
    who: 'root',
    resource: [allow(toAccount)],
    expect: 'allow root',
  },
  { why: 'the key names him', resource: [allow(toHim)], expect: 'allow resource' },
  {
    why: 'the key names him, he is denied',
    identity: [deny()],
    resource: [allow(toHim)],
    expect: 'deny! identity',
  },
  {
    why: 'the key denies',
    identity: everything,
    resource: [allow(toAccount), deny({ Principal: '*', Action: 'kms:Decrypt' })],
    expect: 'deny! resource',
  },
  {
    why: 'through AWS Backup',
    keys: { 'kms:ViaService': 'backup.eu-west-1.amazonaws.com' },
    resource: [allow({ ...toHim, Condition: via('eu-west-1') })],
    expect: 'allow resource',
  },
  {
    why: 'through AWS Backup elsewhere',
    keys: { 'kms:ViaService': 'backup.eu-west-1.amazonaws.com' },
    identity: everything,
    resource: [allow({ ...toHim, Condition: via('us-east-1') })],
    expect: 'deny resource',
  },
  {
    why: 'another account’s key, both allow',
    account: THERE,
    identity: everything,
    resource: [allow(toAccount)],
    expect: 'allow identity',
  },
  {
    why: 'another account’s key, his account does not',
    account: THERE,
    resource: [allow(toHim)],
    expect: 'deny identity',
  },
  {
    why: 'another account’s key that does not name him',
    account: THERE,
    identity: everything,
    resource: [allow({ ...toHim, Principal: { AWS: THERE } })],
    expect: 'deny resource',
  },
  {
    why: 'a boundary holds where the account says',
    identity: everything,
    boundary: [allow({ Action: 's3:*' })],
    resource: [allow(toAccount)],
    expect: 'deny boundary',
  },
]

const passes = (rest: object) => [allow({ Action: 'iam:PassRole', ...rest })]
const service = { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } }
const passed = { 'iam:PassedToService': 'backup.amazonaws.com' }

const PASS: readonly Row[] = [
  { why: 'any role', identity: passes({}), expect: 'allow identity' },
  { why: 'this role', identity: passes({ Resource: ROLE }), expect: 'allow identity' },
  { why: 'another role', identity: passes({ Resource: `${ROLE}2` }), expect: 'deny identity' },
  {
    why: 'roles of a path',
    identity: passes({ Resource: `arn:aws:iam::${HERE}:role/service-role/*` }),
    expect: 'deny identity',
  },
  { why: 'to AWS Backup', identity: passes({ Condition: service }), expect: 'allow identity' },
  {
    why: 'to another service',
    identity: passes({
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
    expect: 'deny identity',
  },
  {
    why: 'to services by wildcard',
    identity: passes({
      Condition: { StringLike: { 'iam:PassedToService': 'backup*.amazonaws.com' } },
    }),
    expect: 'allow identity',
  },
  {
    why: 'all of IAM but PassRole',
    identity: [allow({ Action: 'iam:*' }), deny({ Action: 'iam:PassRole' })],
    expect: 'deny! identity',
  },
  { why: 'only reading', identity: [allow({ Action: 'iam:Get*' })], expect: 'deny identity' },
]

export const ROLES_AND_KEYS: readonly Case[] = [
  ...TRUST.map(
    (row): Case => ({ source: 'trust', kind: 'role', action: 'sts:AssumeRole', arn: ROLE, ...row }),
  ),
  ...KEYS.map(
    (row): Case => ({ source: 'keys', kind: 'key', action: 'kms:Decrypt', arn: KEY, ...row }),
  ),
  ...PASS.map(
    (row): Case => ({ source: 'pass', action: 'iam:PassRole', arn: ROLE, keys: passed, ...row }),
  ),
]
