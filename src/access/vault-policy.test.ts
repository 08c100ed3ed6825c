// What a vault's policy may say: the restrictions of AWS Backup, beyond those of any policy.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId } from '../model/index.ts'
import { checkVaultPolicy, readVaultPolicy } from './vault-policy.ts'

const OWNER = parseAccountId('111122223333')
const OTHER = '444455556666'
const INTO = 'backup:CopyIntoBackupVault'

function refusal(statement: object): string | undefined {
  const document = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Resource: '*', ...statement },
  }
  const { refused } = checkVaultPolicy(JSON.stringify(document), OWNER)
  if (refused === undefined) return undefined
  return refused.code === 'InvalidParameter' ? refused.reason : refused.code
}

test('whoever is not of the account may be let in to copy into the vault', () => {
  const others = [
    '*',
    { AWS: OTHER },
    { AWS: [OWNER, `arn:aws:iam::${OTHER}:role/r`] },
    { AWS: `arn:aws:sts::${OTHER}:assumed-role/r/s` },
    { AWS: 'AROAUNKNOWN000000000' },
    { Federated: 'accounts.google.com' },
  ]
  for (const Principal of others) {
    assert.equal(refusal({ Principal, Action: INTO }), undefined)
    assert.equal(
      refusal({ Principal, Action: INTO.toUpperCase().replace('BACKUP', 'backup') }),
      undefined,
    )
    const more = { Principal, Action: [INTO, 'backup:DescribeRecoveryPoint'] }
    assert.equal(refusal(more), 'VaultPolicyCrossAccount')
    assert.equal(refusal({ ...more, Effect: 'Deny' }), undefined)
  }
  const notOwner = { NotPrincipal: { AWS: OWNER }, Action: 'backup:StartRestoreJob' }
  assert.equal(refusal(notOwner), 'VaultPolicyCrossAccount')
})

test('the account itself, and services, may be let do anything of AWS Backup', () => {
  const own = [
    { AWS: OWNER },
    { AWS: `arn:aws:iam::${OWNER}:root` },
    { AWS: `arn:aws:iam::${OWNER}:user/bob` },
    { Service: 'backup.amazonaws.com' },
  ]
  for (const Principal of own) {
    assert.equal(refusal({ Principal, Action: 'backup:StartRestoreJob' }), undefined)
  }
})

test('actions are of AWS Backup and named whole', () => {
  for (const Effect of ['Allow', 'Deny']) {
    const own = { Effect, Principal: { AWS: OWNER } }
    assert.match(refusal({ ...own, Action: 'backup:*' }) ?? '', /without wildcards, not backup:\*/)
    assert.match(refusal({ ...own, Action: '*' }) ?? '', /without wildcards/)
    assert.match(
      refusal({ ...own, Action: [INTO, 'backup:Start?opyJob'] }) ?? '',
      /without wildcards/,
    )
    assert.match(refusal({ ...own, Action: 's3:GetObject' }) ?? '', /not s3:getobject/)
  }
  const others = { Principal: { AWS: OWNER }, NotAction: INTO }
  assert.match(refusal(others) ?? '', /cannot have NotAction/)
  assert.equal(refusal({ ...others, Effect: 'Deny' }), undefined)
})

test('what is no policy is refused with its place, and a stored one is never passed over', () => {
  assert.match(
    refusal({ Principal: '*', Action: INTO, Effect: 'May' }) ?? '',
    /^Statement\[0\]\.Effect: /,
  )
  assert.throws(() => readVaultPolicy('{', 'arn:v'), /the access policy of arn:v cannot be read/)
})
