// The client's side of the wire: names, moments, requests, pages. What it sends is also held by
// the server's tests, which take its requests apart.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { commandName, knownOperation, operationsByCommand, paginatorOf } from './model-view.ts'
import { pagesOf } from './pages.ts'
import { buildRequest } from './request.ts'
import { formatUtc, formatWithOffset, fromSeconds, parseMoment } from './timestamps.ts'

test('names become commands as AWS has them', () => {
  for (const [name, command] of [
    ['StartCopyJob', 'start-copy-job'],
    ['RecoveryPointArn', 'recovery-point-arn'],
    ['GetBackupPlanFromJSON', 'get-backup-plan-from-json'],
    ['ManagedByAWSBackupOnly', 'managed-by-aws-backup-only'],
    ['DisassociateBackupVaultMpaApprovalTeam', 'disassociate-backup-vault-mpa-approval-team'],
  ] as const) {
    assert.equal(commandName(name), command)
  }
})

test('every operation has a command of its own', () => {
  const commands = operationsByCommand()
  assert.equal(new Set([...commands.values()].map(({ name }) => name)).size, commands.size)
  assert.ok(commands.size >= 108)
})

test('moments are read as users write them', () => {
  const expected = '2024-01-02T03:04:05Z'
  for (const text of [
    '2024-01-02T03:04:05Z',
    '2024-01-02T05:04:05+02:00',
    '2024-01-02 03:04:05 UTC',
    '20240102T030405Z',
    '1704164645',
  ]) {
    assert.equal(formatUtc(parseMoment(text) ?? 0n), expected, text)
  }
  for (const text of ['notadate', '', '2024-13-01T00:00:00Z', '2024-02-30T00:00:00Z', 'x 5']) {
    assert.equal(parseMoment(text), undefined, text)
  }
})

test('a moment that is written is read back to the microsecond', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 253_402_000_000_000_000n }),
      fc.integer({ min: -720, max: 840 }),
      (moment, offset) => {
        assert.equal(parseMoment(formatUtc(moment)), moment)
        assert.equal(parseMoment(formatWithOffset(moment, offset)), moment)
      },
    ),
  )
  assert.equal(fromSeconds(1700000000.123), 1_700_000_000_123_000n)
  assert.equal(formatWithOffset(fromSeconds(-1.5), 0), '1969-12-31T23:59:58.500000+00:00')
})

test('whatever a label holds, it is one path segment', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
      const { path } = buildRequest(knownOperation('DescribeBackupVault'), {
        BackupVaultName: name,
      })
      assert.match(path, /^\/backup-vaults\/[A-Za-z0-9\-_.~%]+$/)
      assert.equal(decodeURIComponent(path.slice('/backup-vaults/'.length)), name)
    }),
  )
})

test('integers beyond a number and timestamps in a body keep their exact form', () => {
  const operation = knownOperation('StartCopyJob')
  const { body } = buildRequest(operation, {
    Lifecycle: { DeleteAfterDays: 12345678901234567890n },
  })
  assert.equal(body, '{"Lifecycle": {"DeleteAfterDays": 12345678901234567890}}')
})

test('any way of cutting a list into pages and resuming gives the whole list once', async () => {
  const paginator = paginatorOf(knownOperation('ListCopyJobs'))
  assert.ok(paginator)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      async (sizes, maxItems) => {
        let next = 0
        const pages = sizes.map((size) => Array.from({ length: size }, () => next++))
        const call = async (input: Readonly<Record<string, unknown>>) => {
          const at = input.NextToken === undefined ? 0 : Number(String(input.NextToken).slice(1))
          const more = at + 1 < pages.length ? { NextToken: `t${at + 1}` } : {}
          return { CopyJobs: pages[at], ...more }
        }
        const seen: unknown[] = []
        for (let token: string | undefined, first = true; first || token; first = false) {
          const options = { maxItems, ...(token === undefined ? {} : { startingToken: token }) }
          const listing = pagesOf(paginator, {}, options, call)
          let count = 0
          for await (const page of listing) {
            const items = page.CopyJobs as unknown[]
            count += items.length
            seen.push(...items)
          }
          assert.ok(count <= maxItems)
          token = listing.resumeToken()
        }
        assert.deepEqual(
          seen,
          Array.from({ length: next }, (_, index) => index),
        )
      },
    ),
  )
})
