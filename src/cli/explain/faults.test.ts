// Every failure of a job that is explained can be raised on purpose by the same name, and reads
// then as the explanation knows it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULT_NAMES, faultFailure, type JobKind } from '../../model/index.ts'
import { jobStatusMessage } from '../../wire/index.ts'
import { ARTICLES, matchMessage } from './catalogue.ts'

/** What is no failure of a copy: it is stopped by its user, or whole all the same. */
const NOT_RAISED = new Set(['stopped', 'unshare-failed'])

const JOB = {
  ...{ kind: 'copy' as JobKind, account: '1', region: 'eu-west-1', resourceType: 'RDS' },
  destinationVaultArn: 'arn:aws:backup:us-east-1:123456789012:backup-vault:v',
  sourcePointArn: 'arn:aws:backup:eu-west-1:123456789012:recovery-point:A1',
  ...{ iamRoleArn: 'arn:aws:iam::1:role/r', vaultArn: 'arn:v', resourceArn: 'arn:r' },
} as const

test('every explained failure of a job has a fault of its name', () => {
  const explained = ARTICLES.filter(({ appears, texts }) => appears !== 'request' && texts.length)
  const missing = explained.filter(({ id }) => !NOT_RAISED.has(id) && !FAULT_NAMES.includes(id))
  assert.deepEqual(
    missing.map(({ id }) => id),
    [],
  )
})

test('a fault reads as its article knows it', () => {
  for (const name of FAULT_NAMES) {
    const failure = faultFailure(name, JOB)
    if (!failure) continue
    const id = matchMessage(jobStatusMessage(failure, 'copy'))?.article.id ?? ''
    const known = [name, name.replace(/-(ebs|internal|support)$/, '')]
    const keys = /key|token/.test(name) ? ['key-unusable', 'internal'] : []
    assert.ok([...known, ...keys].includes(id), `${name}: ${id}`)
  }
})
