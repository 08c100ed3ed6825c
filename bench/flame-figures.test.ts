// The figures beside a flame graph: what is read of the tables of other programs; and what may be
// asked for.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { parseWanted, pictureName } from './flame.ts'
import { countsOf, difference, garbageOf, parseCalls } from './work-counters.ts'

test('calls are read from what strace sums up, with and without errors', () => {
  const summary = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 73.53    0.000025          25       103         2 futex
 26.47    0.000009           4        12           close
------ ----------- ----------- --------- --------- ----------------
100.00    0.000034          11       115         2 total
`
  assert.deepEqual(
    [...parseCalls(summary)],
    [
      ['futex', 103],
      ['close', 12],
    ],
  )
})

test('runs of the garbage collector count where they began in a span', () => {
  const spans = [
    { startUs: 100, endUs: 200 },
    { startUs: 300, endUs: 400 },
  ]
  assert.deepEqual(garbageOf('100 1000\n199 500\n200 7\n350 500\n', spans), { runs: 3, ms: 2 })
  assert.deepEqual(garbageOf('', spans), { runs: 0, ms: 0 })
})

test('what a process does is in the difference of two looks at it', { skip: !isLinux() }, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-counts-'))
  try {
    const before = countsOf(process.pid)
    writeFileSync(path.join(folder, 'file'), Buffer.alloc(1 << 20))
    const { writtenBytes, servingS } = difference(countsOf(process.pid), before)
    assert.ok(writtenBytes >= 1 << 20)
    assert.ok(servingS > 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('phases of sets are asked for by name, each once', () => {
  const wanted = parseWanted('restore:src, no-op copy:sql,restore:src')
  assert.deepEqual(wanted, [
    { phase: 'restore', set: 'src' },
    { phase: 'no-op copy', set: 'sql' },
  ])
  assert.equal(pictureName('no-op copy', 'sql'), 'no-op-copy-sql.svg')
  assert.throws(() => parseWanted('restor:src'), /no phase restor.*there are.*restore/)
  assert.throws(() => parseWanted('restore:source'), /no data set source.*there are.*src/)
})

function isLinux(): boolean {
  return process.platform === 'linux'
}
