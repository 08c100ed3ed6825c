// Counting, naming and telling what was left out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countUnread, printablePath, SKIP_NAMES_MAX, SkipTally, tellSkips } from './index.ts'
import { SKIP_REASONS, type SkipReason } from './skip-tally.ts'

test('counts are exact and names are limited', () => {
  const tally = new SkipTally()
  for (let i = 0; i < 1000; i++) tally.add('unreadable', Buffer.from(`file-${i}`))
  tally.add('socket', Buffer.from('s'))
  const [unreadable, socket] = tally.summary()
  assert.equal(unreadable?.count, 1000)
  assert.equal(unreadable?.names.length, SKIP_NAMES_MAX)
  assert.deepEqual(socket, { reason: 'socket', count: 1, names: ['s'] })
  assert.deepEqual(tellSkips(tally.summary()), [
    'Could not be read: 1000 entries (file-0, file-1, file-2, …).',
    'Left out by nature: 1 socket (s).',
  ])
  assert.deepEqual(tellSkips([]), [])
})

test('only what should be there and is not makes a recovery point incomplete', () => {
  const isUnread = (reason: SkipReason) => {
    const tally = new SkipTally()
    tally.add(reason, Buffer.from('x'))
    return countUnread(tally.summary()) === 1
  }
  assert.deepEqual(SKIP_REASONS.filter(isUnread), [
    'unreadable',
    'cut-short',
    'replaced',
    'too-deep',
    'too-large',
    'odd-link',
  ])
})

test('a path is shown as one honest line', () => {
  assert.equal(printablePath(new Uint8Array()), '.')
  assert.equal(printablePath(Buffer.from('grün/日本')), 'grün/日本')
  assert.equal(printablePath(Buffer.from('a\nb\x1b[31m\\')), 'a\\x0ab\\x1b[31m\\x5c')
  assert.equal(printablePath(Buffer.from('\u202egnp.exe')), '\\xe2\\x80\\xaegnp.exe')
  assert.equal(printablePath(Buffer.from([0x61, 0xff, 0x2f])), 'a\\xff/')
  assert.ok(printablePath(Buffer.alloc(10_000, 0x61)).length < 400)
})
