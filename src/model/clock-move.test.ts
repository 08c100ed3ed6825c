// What a development server's clock may be asked for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseClockMove } from './clock-move.ts'

const AT = { now: Date.UTC(2026, 0, 1), movedMs: 5_000 }
const DAY_MS = 24 * 60 * 60 * 1000

test('the clock is moved on from where it is, to a time, or back to real time', () => {
  assert.deepEqual(parseClockMove({ advanceSeconds: 86_400 }, AT), { movedMs: 5_000 + DAY_MS })
  assert.deepEqual(parseClockMove({ advanceSeconds: -1 }, AT), { movedMs: 4_000 })
  assert.deepEqual(parseClockMove({ to: '2026-01-02T00:00:00Z' }, AT), { movedMs: 5_000 + DAY_MS })
  assert.deepEqual(parseClockMove({ to: '2026-01-02' }, AT), { movedMs: 5_000 + DAY_MS })
  assert.deepEqual(parseClockMove({ to: AT.now / 1000 }, AT), { movedMs: 5_000 })
  assert.deepEqual(parseClockMove({ reset: true }, AT), { movedMs: 0 })
})

test('anything else is refused with the name of what is wrong', () => {
  const wrong = [undefined, null, {}, [], 7, { advanceSeconds: 1, reset: true }, { hurry: 1 }]
  const bad = [{ advanceSeconds: '1' }, { to: 'tomorrow' }, { to: null }, { reset: false }]
  const far = [{ advanceSeconds: 1e12 }, { to: 1e300 }, { advanceSeconds: Infinity }]
  for (const body of [...wrong, ...bad, ...far]) {
    const answer = parseClockMove(body, AT)
    assert.ok('reason' in answer, JSON.stringify(body))
  }
})
