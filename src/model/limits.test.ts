// Which limits JSON may ask for, and what a change leaves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLimits, NO_LIMITS, parseLimitsChange } from './limits.ts'

test('a change sets what it names, keeps what it does not, and null takes away', () => {
  const first = changeLimits(NO_LIMITS, { process: 50_000_000, copies: 4, vaults: { a: 20_000 } })
  assert.deepEqual(first, { process: 50_000_000, copies: 4, vaults: { a: 20_000 } })
  const second = changeLimits(first, { process: null, vaults: { a: null, b: 30_000 } })
  assert.deepEqual(second, { copies: 4, vaults: { b: 30_000 } })
})

test('what is no limit is refused by name', () => {
  for (const [body, parameter] of [
    [[], 'body'],
    [null, 'body'],
    [{ process: '5MB' }, 'process'],
    [{ process: 0 }, 'process'],
    [{ job: -1 }, 'job'],
    [{ copies: 0 }, 'copies'],
    [{ copies: 1.5 }, 'copies'],
    [{ compaction: -1 }, 'compaction'],
    [{ compaction: '8GiB' }, 'compaction'],
    [{ vaults: { daily: 1 } }, 'vaults'],
    [{ vaults: [] }, 'vaults'],
    [{ speed: 50_000 }, 'speed'],
  ] as const) {
    const found = parseLimitsChange(body)
    assert.ok('parameter' in found, JSON.stringify(body))
    assert.equal(found.parameter, parameter)
  }
  assert.deepEqual(parseLimitsChange({ copies: 2, job: null }), { copies: 2, job: null })
  assert.deepEqual(parseLimitsChange({ compaction: 0 }), { compaction: 0 })
})
