// Policies for copies as AWS and published set-ups write them: out of vaults, into vaults, with the
// copy's role as principal.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so.

import { allow, type Case, deny, HERE, THERE } from './case.ts'

type Row = Omit<Case, 'source'>

const ROLE = `arn:aws:iam::${HERE}:role/ops/copier`
const POINT = `arn:aws:backup:eu-west-1:${HERE}:recovery-point:1EB3B5E7-9EB0-435A-A80B-108B488B0D45`
const TARGET = `arn:aws:backup:us-east-1:${THERE}:backup-vault:offsite`
const everything = [allow()]
const ORG = 'o-a1b2c3d4e5'

const into = (rest: object) => [
  allow({ Action: 'backup:CopyIntoBackupVault', Principal: '*', ...rest }),
]
const published = {
  StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' },
  ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ops/copier' },
}
const member = {
  'aws:PrincipalArn': ROLE,
  'aws:PrincipalOrgID': ORG,
  'aws:ResourceOrgID': ORG,
  'aws:PrincipalOrgPaths': [`${ORG}/r-ab12/ou-ab12-11111111/`],
}

const INTO: readonly Row[] = [
  { why: 'no policy of the vault', identity: everything, expect: 'deny resource' },
  {
    why: 'the vault lets the organization in',
    identity: everything,
    resource: into({ Condition: { StringEquals: { 'aws:PrincipalOrgID': ORG } } }),
    expect: 'allow identity',
  },
  {
    why: 'the vault lets another organization in',
    identity: everything,
    resource: into({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other00000' } } }),
    expect: 'deny resource',
  },
  {
    why: 'the vault lets an organizational unit in',
    identity: everything,
    resource: into({
      Condition: {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${ORG}/r-ab12/ou-ab12-11111111/*` },
      },
    }),
    expect: 'allow identity',
  },
  {
    why: 'the vault lets another unit in',
    identity: everything,
    resource: into({
      Condition: {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${ORG}/r-ab12/ou-ab12-22222222/*` },
      },
    }),
    expect: 'deny resource',
  },
  {
    why: 'the vault lets the role in, by role and organization',
    identity: everything,
    resource: into({ Condition: published }),
    expect: 'allow identity',
  },
  {
    why: 'another role',
    identity: everything,
    keys: { ...member, 'aws:PrincipalArn': `arn:aws:iam::${HERE}:role/else` },
    resource: into({ Condition: published }),
    expect: 'deny resource',
  },
  {
    why: 'no organization: the variable has no value',
    identity: everything,
    keys: { 'aws:PrincipalArn': ROLE },
    resource: into({ Condition: published }),
    expect: 'deny resource',
  },
  {
    why: 'the account is let in',
    identity: everything,
    resource: into({ Principal: { AWS: `arn:aws:iam::${HERE}:root` } }),
    expect: 'allow identity',
  },
  {
    why: 'the role is let in and may not itself',
    resource: into({ Principal: { AWS: ROLE } }),
    expect: 'deny identity',
  },
  {
    why: 'only tagged copies are let in',
    identity: everything,
    keys: { ...member, 'aws:RequestTag/offsite': 'yes' },
    resource: into({ Condition: { StringEquals: { 'aws:RequestTag/offsite': 'yes' } } }),
    expect: 'allow identity',
  },
  {
    why: 'an untagged copy',
    identity: everything,
    resource: into({ Condition: { StringEquals: { 'aws:RequestTag/offsite': 'yes' } } }),
    expect: 'deny resource',
  },
  {
    why: 'own account, no policy: the role is enough',
    account: HERE,
    identity: everything,
    expect: 'allow identity',
  },
  {
    why: 'own account, the vault denies',
    account: HERE,
    identity: everything,
    resource: [deny({ Principal: '*', Action: 'backup:CopyIntoBackupVault' })],
    expect: 'deny! resource',
  },
]

const notElsewhere = [
  allow(),
  deny({
    Action: 'backup:CopyFromBackupVault',
    Condition: { 'ForAllValues:ArnNotLike': { 'backup:CopyTargets': [TARGET] } },
  }),
]
const notOutside = [
  allow(),
  deny({
    Action: 'backup:CopyFromBackupVault',
    Condition: { 'ForAllValues:StringNotLike': { 'backup:CopyTargetOrgPaths': [`${ORG}/*`] } },
  }),
]

const FROM: readonly Row[] = [
  {
    why: 'to the target that is excepted',
    identity: notElsewhere,
    keys: { 'backup:CopyTargets': [TARGET] },
    expect: 'allow identity',
  },
  {
    why: 'to another target',
    identity: notElsewhere,
    keys: { 'backup:CopyTargets': [`${TARGET}2`] },
    expect: 'deny! identity',
  },
  {
    why: 'the same said by the source vault',
    identity: everything,
    resource: [
      deny({
        Principal: '*',
        Action: 'backup:CopyFromBackupVault',
        Condition: { 'ForAllValues:ArnNotLike': { 'backup:CopyTargets': [TARGET] } },
      }),
    ],
    keys: { 'backup:CopyTargets': [`${TARGET}2`] },
    expect: 'deny! resource',
  },
  {
    why: 'the same said by the organization',
    identity: everything,
    controls: [everything, notElsewhere],
    keys: { 'backup:CopyTargets': [`${TARGET}2`] },
    expect: 'deny! control',
  },
  {
    why: 'within the organization',
    identity: notOutside,
    keys: { 'backup:CopyTargetOrgPaths': [`${ORG}/r-ab12/ou-ab12-1/`] },
    expect: 'allow identity',
  },
  {
    why: 'beyond the organization',
    identity: notOutside,
    keys: { 'backup:CopyTargetOrgPaths': ['o-other00000/r-x/'] },
    expect: 'deny! identity',
  },
  { why: 'to an account of no organization', identity: notOutside, expect: 'deny! identity' },
  {
    why: 'only these points',
    identity: [
      allow({ Action: 'backup:CopyFromBackupVault', Resource: 'arn:aws:ec2:*::snapshot/*' }),
    ],
    expect: 'deny identity',
  },
  {
    why: 'points of the account',
    identity: [
      allow({
        Action: 'backup:CopyFromBackupVault',
        Resource: `arn:aws:backup:*:${HERE}:recovery-point:*`,
      }),
    ],
    expect: 'allow identity',
  },
]

const EFS_DEFAULT = deny({
  Principal: { AWS: '*' },
  Action: ['backup:DeleteBackupVault', 'backup:DeleteRecoveryPoint', 'backup:StartCopyJob'],
})

const CALLS: readonly Row[] = [
  {
    why: 'the automatic EFS vault denies copies',
    who: 'root',
    resource: [EFS_DEFAULT],
    action: 'backup:StartCopyJob',
    expect: 'deny! resource',
  },
  {
    why: 'and nothing else',
    who: 'root',
    resource: [EFS_DEFAULT],
    action: 'backup:StartBackupJob',
    expect: 'allow root',
  },
  {
    why: 'points of the own account only',
    identity: [allow({ Condition: { StringEquals: { 'aws:ResourceAccount': HERE } } })],
    keys: { 'aws:ResourceAccount': HERE },
    action: 'backup:StartCopyJob',
    expect: 'allow identity',
  },
  {
    why: 'tagged points only',
    identity: [allow({ Condition: { StringEquals: { 'aws:ResourceTag/copy': 'yes' } } })],
    keys: { 'aws:ResourceTag/copy': 'no' },
    action: 'backup:StartCopyJob',
    expect: 'deny identity',
  },
  {
    why: 'only tags that are known may be set',
    identity: [
      allow({ Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] } } }),
    ],
    keys: { 'aws:TagKeys': ['team', 'secret'] },
    action: 'backup:TagResource',
    expect: 'deny identity',
  },
  {
    why: 'not without TLS',
    identity: [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    keys: { 'aws:SecureTransport': 'false' },
    action: 'backup:StartCopyJob',
    expect: 'deny! identity',
  },
  {
    why: 'until a date',
    identity: [
      allow({ Condition: { DateLessThan: { 'aws:CurrentTime': '2026-07-01T00:00:00Z' } } }),
    ],
    keys: { 'aws:CurrentTime': '2026-07-01T00:00:00.000Z' },
    action: 'backup:StartCopyJob',
    expect: 'deny identity',
  },
  {
    why: 'locks of at least a week',
    identity: [
      allow({ Condition: { NumericGreaterThanEquals: { 'backup:MinRetentionDays': '7' } } }),
    ],
    keys: { 'backup:MinRetentionDays': '3' },
    action: 'backup:PutBackupVaultLockConfiguration',
    expect: 'deny identity',
  },
]

export const COPIES: readonly Case[] = [
  ...INTO.map(
    (row): Case => ({
      source: 'backup',
      who: 'session',
      account: THERE,
      action: 'backup:CopyIntoBackupVault',
      arn: TARGET,
      keys: member,
      ...row,
    }),
  ),
  ...FROM.map(
    (row): Case => ({
      source: 'backup',
      who: 'session',
      action: 'backup:CopyFromBackupVault',
      arn: POINT,
      ...row,
    }),
  ),
  ...CALLS.map((row): Case => ({ source: 'global', arn: POINT, ...row })),
]
