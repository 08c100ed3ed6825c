// The questions that copies, roles and keys ask, over two accounts of an organization and one
// outside. How policies are judged is the table's in test/iam; here it is what is asked of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountId, parseAccountId, parseRegionName } from '../model/index.ts'
import type { Caller, RequestFacts } from './caller.ts'
import { contextKeys } from './context-keys.ts'
import { devIdentities } from './dev-identities.ts'
import type { Decision } from './iam/decision.ts'
import { parsePolicyDocument } from './iam/parse-policy.ts'
import type { Policy, PolicyKind } from './iam/policy.ts'
import { type Identities, type Role, sessionOf } from './identities.ts'
import { mayAssume, mayCopyFrom, mayCopyInto, mayPassRole, mayUseKey } from './permissions.ts'
import { rootPrincipal, servicePrincipal } from './principal.ts'

const [HERE, THERE, OUTSIDE] = ['111122223333', '444455556666', '777788889999'].map((account) =>
  parseAccountId(account),
) as [AccountId, AccountId, AccountId]
const REGION = parseRegionName('eu-west-1')
const ORG = 'o-a1b2c3d4e5'
const ROLE = `arn:aws:iam::${HERE}:role/ops/copier`
const KEY = `arn:aws:kms:${REGION}:${HERE}:key/k1`
const VAULT = `arn:aws:backup:us-east-1:${THERE}:backup-vault:offsite`
const POINT = `arn:aws:backup:${REGION}:${HERE}:recovery-point:P1`

function policy(kind: PolicyKind, ...statements: object[]): Policy {
  const document = { Version: '2012-10-17', Statement: statements }
  const read = parsePolicyDocument(document, { kind, name: 'test' })
  assert.ok(read.policy, JSON.stringify(read.problems))
  return read.policy
}

const all = { Effect: 'Allow', Action: '*', Resource: '*' }
const trust = {
  Effect: 'Allow',
  Principal: { Service: 'backup.amazonaws.com' },
  Action: 'sts:AssumeRole',
}

function roleWith(own: Partial<Role> = {}): Role {
  return {
    arn: ROLE,
    account: HERE,
    roleId: 'AROACOPIER',
    trust: policy('trust', trust),
    policies: [policy('identity', all)],
    tags: { team: 'blue' },
    ...own,
  }
}

function identities(role: Role = roleWith(), of: Partial<Identities> = {}): Identities {
  return {
    organization: (account) =>
      account === OUTSIDE
        ? undefined
        : { id: ORG, path: `${ORG}/r-ab12/ou-${account}/`, managementAccount: THERE },
    role: (arn) => (arn === role.arn ? role : undefined),
    accessKey: () => undefined,
    keyPolicy: () => undefined,
    ...of,
  }
}

const service = 'backup.amazonaws.com'
const caller: Caller = { account: HERE, region: REGION, principal: rootPrincipal(HERE) }

function failureOf(decision: Decision) {
  assert.ok(!decision.allowed)
  return decision.failure
}

test('a role can be passed within its account only', () => {
  assert.equal(mayPassRole(identities(), { caller, roleArn: ROLE, service }).allowed, true)
  const foreign = mayPassRole(identities(), {
    caller,
    roleArn: ROLE.replace(HERE, THERE),
    service,
  })
  assert.deepEqual(failureOf(foreign), { code: 'CrossAccountPassRole' })
})

test('AWS Backup assumes a role that is there and trusts it, for work of that account', () => {
  const asked = { roleArn: ROLE, account: HERE, region: REGION }
  assert.equal(mayAssume(identities(), asked).allowed, true)
  const unusable = { code: 'RoleUnusable', arn: ROLE }
  const none = identities(roleWith({ arn: `${ROLE}2` }))
  assert.deepEqual(failureOf(mayAssume(none, asked)), unusable)
  const other = { ...trust, Principal: { Service: 'ec2.amazonaws.com' } }
  const untrusting = identities(roleWith({ trust: policy('trust', other) }))
  assert.deepEqual(failureOf(mayAssume(untrusting, asked)), unusable)
  const Condition = {
    StringEquals: { 'aws:SourceAccount': HERE },
    ArnLike: { 'aws:SourceArn': `arn:aws:backup:${REGION}:${HERE}:*` },
  }
  const careful = identities(roleWith({ trust: policy('trust', { ...trust, Condition }) }))
  assert.equal(mayAssume(careful, asked).allowed, true)
  assert.equal(mayAssume(careful, { ...asked, account: THERE }).allowed, false)
})

test('a copy out is judged by its target and the organization of its target', () => {
  const mayOut = (condition: object, targetAccount = THERE) => {
    const statement = {
      ...all,
      Effect: 'Deny',
      Action: 'backup:CopyFromBackupVault',
      Condition: condition,
    }
    const role = roleWith({ policies: [policy('identity', all, statement)] })
    return mayCopyFrom(identities(role), {
      role,
      region: REGION,
      point: { arn: POINT, account: HERE },
      targetVaultArn: VAULT,
      targetAccount,
    }).allowed
  }
  assert.equal(mayOut({ 'ForAllValues:ArnNotLike': { 'backup:CopyTargets': [VAULT] } }), true)
  assert.equal(
    mayOut({ 'ForAllValues:ArnNotLike': { 'backup:CopyTargets': [`${VAULT}2`] } }),
    false,
  )
  const paths = { 'ForAllValues:StringNotLike': { 'backup:CopyTargetOrgPaths': [`${ORG}/*`] } }
  assert.equal(mayOut(paths), true)
  assert.equal(mayOut(paths, OUTSIDE), false)
})

test('a copy into another account needs its vault, with the role as principal', () => {
  const role = roleWith()
  const into = (vaultPolicy: Policy | undefined, more: object = {}) =>
    mayCopyInto(identities(role), {
      role,
      region: REGION,
      vault: { arn: VAULT, account: THERE, vaultPolicy },
      ...more,
    })
  assert.deepEqual(failureOf(into(undefined)), {
    code: 'NotAuthorized',
    principalArn: `arn:aws:sts::${HERE}:assumed-role/copier/AWSBackup-copier`,
    action: 'backup:CopyIntoBackupVault',
    resource: VAULT,
    source: 'resource-based policy',
    explicit: false,
  })
  const lets = (condition: object, principal: unknown = '*') =>
    policy('resource', {
      ...all,
      Action: 'backup:CopyIntoBackupVault',
      Principal: principal,
      Condition: condition,
    })
  const published = {
    ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ops/copier' },
    StringEquals: { 'aws:PrincipalOrgId': ['$', '{aws:ResourceOrgID}'].join('') },
  }
  assert.equal(into(lets(published)).allowed, true)
  assert.equal(into(lets({}, { AWS: ROLE })).allowed, true)
  assert.equal(into(lets({}, { AWS: HERE })).allowed, true)
  assert.equal(into(lets({}, { AWS: OUTSIDE })).allowed, false)
  const tagged = lets({ StringEquals: { 'aws:RequestTag/offsite': 'yes' } })
  assert.equal(into(tagged).allowed, false)
  assert.equal(into(tagged, { requestTags: { offsite: 'yes' } }).allowed, true)
  const own = { vault: { arn: VAULT, account: HERE } }
  assert.equal(into(undefined, own).allowed, true)
})

test('a key without a declared policy leaves it to its account', () => {
  const principal = sessionOf(roleWith(), { name: 'night' })
  const use = { action: 'kms:Decrypt', keyArn: KEY, region: REGION }
  assert.equal(mayUseKey(identities(), { ...use, principal }).allowed, true)
  const stranger = rootPrincipal(THERE)
  assert.equal(mayUseKey(identities(), { ...use, principal: stranger }).allowed, false)
  const only = policy('key', {
    ...all,
    Principal: { AWS: THERE },
    Condition: { StringEquals: { 'kms:ViaService': `backup.${REGION}.amazonaws.com` } },
  })
  const shared = identities(roleWith(), { keyPolicy: () => only })
  assert.equal(mayUseKey(shared, { ...use, principal: stranger }).allowed, true)
  assert.equal(mayUseKey(shared, { ...use, principal }).allowed, false)
})

test('service control policies hold in every account but the one that manages', () => {
  const lists = policy('identity', { ...all, Action: 'backup:List*' })
  const held = (managementAccount: AccountId) =>
    identities(roleWith(), {
      organization: () => ({ id: ORG, path: `${ORG}/r/`, managementAccount, controls: [[lists]] }),
    })
  const passing = { caller, roleArn: ROLE, service }
  assert.equal(mayPassRole(held(HERE), passing).allowed, true)
  const failure = failureOf(mayPassRole(held(THERE), passing))
  assert.equal(failure.code === 'NotAuthorized' && failure.source, 'service control policy')
})

test('a request has the keys that AWS gives it, and no others', () => {
  const facts: RequestFacts = { at: Date.UTC(2026, 0, 2), sourceIp: '203.0.113.7', secure: true }
  const known = {
    identities: identities(),
    principal: sessionOf(roleWith(), { name: 'night' }),
    facts,
    region: REGION,
    resource: { account: OUTSIDE, tags: { Team: 'red', team: 'blue' } },
    requestTags: { a: '1' },
  }
  assert.deepEqual(Object.fromEntries(contextKeys(known)), {
    'aws:requestedregion': [REGION],
    'aws:currenttime': ['2026-01-02T00:00:00.000Z'],
    'aws:epochtime': ['1767312000'],
    'aws:securetransport': ['true'],
    'aws:sourceip': ['203.0.113.7'],
    'aws:principalisawsservice': ['false'],
    'aws:viaawsservice': ['false'],
    'aws:principalarn': [ROLE],
    'aws:principalaccount': [HERE],
    'aws:principaltype': ['AssumedRole'],
    'aws:principalorgid': [ORG],
    'aws:principalorgpaths': [`${ORG}/r-ab12/ou-${HERE}/`],
    'aws:userid': ['AROACOPIER:night'],
    'aws:principaltag/team': ['blue'],
    'aws:resourceaccount': [OUTSIDE],
    'aws:resourcetag/team': ['red', 'blue'],
    'aws:requesttag/a': ['1'],
    'aws:tagkeys': ['a'],
  })
  const service = {
    ...known,
    principal: servicePrincipal('backup.amazonaws.com'),
    facts: undefined,
  }
  const keys = contextKeys({ ...service, requestTags: undefined, tagKeys: ['b'] })
  assert.deepEqual(keys.get('aws:principalservicename'), ['backup.amazonaws.com'])
  assert.equal(keys.has('aws:principalarn') || keys.has('aws:currenttime'), false)
  assert.deepEqual(keys.get('aws:tagkeys'), ['b'])
})

test('in dev every role is there, trusts AWS Backup and may everything, in one organization', () => {
  const asked = { roleArn: ROLE, account: HERE, region: REGION }
  assert.equal(mayAssume(devIdentities, asked).allowed, true)
  assert.equal(mayAssume(devIdentities, { ...asked, roleArn: 'nothing' }).allowed, false)
  const role = devIdentities.role(ROLE)
  assert.ok(role)
  const vault = { arn: VAULT, account: HERE }
  assert.equal(mayCopyInto(devIdentities, { role, region: REGION, vault }).allowed, true)
  const foreign = { arn: VAULT, account: THERE }
  assert.equal(mayCopyInto(devIdentities, { role, region: REGION, vault: foreign }).allowed, false)
  assert.deepEqual(devIdentities.organization(HERE), devIdentities.organization(THERE))
})
