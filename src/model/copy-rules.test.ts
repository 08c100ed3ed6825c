// What a copy's source, role and destination must be like.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCopySource, fitsRetention, isRoleArn } from './copy-rules.ts'

test('a warm, complete recovery point may be copied; a cold or dying one may not', () => {
  const arn = 'arn:aws:backup:eu-west-1:123456789012:recovery-point:1'
  assert.equal(checkCopySource({ arn, status: 'COMPLETED', storageClass: 'WARM' }), undefined)
  assert.equal(checkCopySource({ arn, status: 'PARTIAL', storageClass: 'WARM' }), undefined)
  for (const status of ['DELETING', 'EXPIRED']) {
    const failure = checkCopySource({ arn, status, storageClass: 'WARM' })
    assert.deepEqual(failure, { code: 'RecoveryPointStateInvalid', arn, status })
  }
  const cold = checkCopySource({ arn, status: 'COMPLETED', storageClass: 'COLD' })
  assert.deepEqual(cold, { code: 'ColdRecoveryPoint', arn })
})

test('a lock takes what lies within its days, bounds included; endless is longer than any', () => {
  const range = { minDays: 7, maxDays: 30 }
  for (const days of [7, 8, 30]) assert.ok(fitsRetention({ DeleteAfterDays: days }, range))
  for (const days of [1, 6, 31]) assert.ok(!fitsRetention({ DeleteAfterDays: days }, range))
  assert.ok(!fitsRetention(undefined, range))
  assert.ok(fitsRetention(undefined, { minDays: 7 }))
  assert.ok(fitsRetention(undefined, {}))
})

test('only the ARN of a role is one', () => {
  assert.ok(isRoleArn('arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole'))
  assert.ok(isRoleArn('arn:aws-us-gov:iam::123456789012:role/a'))
  for (const text of ['', 'role', 'arn:aws:iam::123:role/a', 'arn:aws:iam::123456789012:user/a']) {
    assert.ok(!isRoleArn(text), text)
  }
})
