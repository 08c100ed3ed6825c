// The router: every operation is found, and nothing else is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { route, routesOf } from './route.ts'
import { model } from './service-model.ts'

test('every operation is found at its template, with or without the trailing slash', () => {
  for (const operation of Object.values(model.operations)) {
    const { method, requestUri } = operation.http
    const asked = requestUri.replaceAll(/\{(\w+)\}/g, 'of%20$1')
    const bare = asked.replace(/\/(?=\?|$)/, '')
    const slashed = bare.replace(/(?=\?)|$/, '/')
    for (const url of [asked, bare, slashed]) {
      const found = route(method, url)
      assert.equal(found?.operation.name, operation.name, `${method} ${url}`)
      for (const [label, value] of found.labels) assert.equal(value, `of ${label}`)
    }
  }
})

test('the bare query word tells two operations of one path apart', () => {
  const path = '/backup-vaults/one/mpaApprovalTeam'
  const name = 'DisassociateBackupVaultMpaApprovalTeam'
  assert.equal(route('POST', `${path}?delete`)?.operation.name, name)
  assert.equal(route('POST', `${path}?x=1&delete=`)?.operation.name, name)
  assert.equal(route('POST', path), undefined)
  assert.equal(route('POST', `${path}?deleted`), undefined)
  assert.deepEqual(routesOf(path), ['PUT'])
})

test('the path is split before it is decoded', () => {
  const arn = 'arn:aws:ec2:us-east-1::snapshot/snap-0123'
  const found = route(
    'GET',
    `/backup-vaults/aws%2Fefs%2Fautomatic-backup-vault/recovery-points/${encodeURIComponent(arn)}`,
  )
  assert.equal(found?.operation.name, 'DescribeRecoveryPoint')
  assert.deepEqual(Object.fromEntries(found.labels), {
    backupVaultName: 'aws/efs/automatic-backup-vault',
    recoveryPointArn: arn,
  })
})

test('an empty label is a label, so that its absence can be told', () => {
  const found = route('GET', '/backup-vaults//recovery-points')
  assert.equal(found?.operation.name, 'ListRecoveryPointsByBackupVault')
  assert.equal(found.labels.get('backupVaultName'), '')
  assert.equal(route('GET', '/backup-vaults//')?.operation.name, 'DescribeBackupVault')
  assert.equal(route('GET', '/backup-vaults/')?.operation.name, 'ListBackupVaults')
})

test('a plus is a plus, and dots are names', () => {
  assert.equal(route('GET', '/backup-vaults/a+b')?.labels.get('backupVaultName'), 'a+b')
  assert.equal(route('GET', '/copy-jobs/..')?.labels.get('copyJobId'), '..')
})

test('unknown paths and methods are nothing', () => {
  for (const url of ['/', '', '//', '/copy-jobs/a/b', '/COPY-JOBS', '/copy-jobs%2Fa', '*']) {
    assert.equal(route('GET', url), undefined, url)
  }
  assert.equal(route('get', '/copy-jobs'), undefined)
})

test('an escape that is not UTF-8 is refused', () => {
  for (const url of ['/copy-jobs/%', '/copy-jobs/%zz', '/copy-jobs/%ff', '/copy-jobs/%ed%a0%80']) {
    assert.throws(() => route('GET', url), { shape: 'MalformedHttpRequestException', status: 400 })
  }
})
