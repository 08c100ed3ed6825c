// What follows from the end of an attempt: every kind of error, in every situation.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Claim, type JobRow, LeaseLost } from '../catalog/index.ts'
import {
  Answer,
  parseAccountId,
  parseJobId,
  parseRegionName,
  parseVaultId,
  Trouble,
} from '../model/index.ts'
import { type AttemptEnd, backOffMs, judge } from './attempt.ts'

const MINUTE_MS = 60_000
const NOW = 100 * MINUTE_MS

function claimOf(but: Partial<JobRow> = {}): Claim {
  const job: JobRow = {
    id: parseJobId('00000000-0000-0000-0000-000000000001'),
    kind: 'copy',
    account: parseAccountId('111122223333'),
    region: parseRegionName('eu-west-1'),
    state: 'RUNNING',
    detail: { kind: 'purge', vaultId: parseVaultId('0'.repeat(32)) },
    createdAt: 0,
    dueAt: 0,
    attempt: 1,
    fence: 1,
    stopRequested: false,
    troubles: 0,
    faults: 0,
    ...but,
  }
  return { job, fence: 1, owner: 'engine', leaseMs: MINUTE_MS }
}

const ended = (error: unknown, but: Partial<AttemptEnd> = {}): AttemptEnd => ({
  error,
  claim: claimOf(),
  startedAt: NOW - 1000,
  now: NOW,
  stopRequested: false,
  engineStopping: false,
  ...but,
})

const failure = { code: 'CopyJobAccessDenied' } as const
const trouble = new Trouble('the disk is full', { retryable: true })
const lost = new LeaseLost('job', 1)

test('a lost lease leaves no trace, whatever else is going on', () => {
  for (const but of [{}, { stopRequested: true }, { engineStopping: true }]) {
    assert.deepEqual(judge(ended(lost, but)), { act: 'drop' })
  }
})

test('a stop that was asked for ends the job as ABORTED, whatever it threw', () => {
  for (const error of [new Error('x'), trouble, new Answer(failure)]) {
    assert.deepEqual(judge(ended(error, { stopRequested: true, engineStopping: true })), {
      act: 'end',
      state: 'ABORTED',
      failure: { code: 'StoppedByUser' },
    })
  }
})

test('an answer fails the job at once, also while the engine stops', () => {
  for (const engineStopping of [false, true]) {
    const verdict = judge(ended(new Answer(failure), { engineStopping }))
    assert.deepEqual(verdict, { act: 'end', state: 'FAILED', failure })
  }
})

test('a backup that was not done in its time is EXPIRED', () => {
  const expired = { code: 'BackupJobExpired' } as const
  const verdict = judge(ended(new Answer(expired)))
  assert.deepEqual(verdict, { act: 'end', state: 'EXPIRED', failure: expired })
})

test('what an engine being stopped has aborted is given back', () => {
  for (const error of [new Error('aborted'), trouble, 'a string']) {
    assert.deepEqual(judge(ended(error, { engineStopping: true })), { act: 'release' })
  }
})

test('troubles are met with growing pauses', () => {
  assert.deepEqual(
    [1, 2, 3, 7, 8, 9, 50].map(backOffMs),
    [2_000, 4_000, 8_000, 128_000, 256_000, 300_000, 300_000],
  )
  const first = judge(ended(trouble))
  assert.deepEqual(first, {
    act: 'pause',
    dueAt: NOW + 2_000,
    waitingFor: 'the disk is full',
    troubles: 1,
    troubledSince: NOW - 1000,
  })
  const claim = claimOf({ troubles: 1, troubledSince: NOW - MINUTE_MS })
  const second = judge(ended(trouble, { claim }))
  assert.deepEqual(second, {
    act: 'pause',
    dueAt: NOW + 4_000,
    waitingFor: 'the disk is full',
    troubles: 2,
    troubledSince: NOW - MINUTE_MS,
  })
})

test('troubles of two hours end the job', () => {
  const since = (minutes: number) => ({ troubles: 30, troubledSince: NOW - minutes * MINUTE_MS })
  assert.equal(judge(ended(trouble, { claim: claimOf(since(119)) })).act, 'pause')
  assert.deepEqual(judge(ended(trouble, { claim: claimOf(since(120)) })), {
    act: 'end',
    state: 'FAILED',
    failure: { code: 'Internal', reason: 'the disk is full' },
  })
})

test('what the API has promised is tried for ever', () => {
  for (const kind of ['delete', 'purge'] as const) {
    const claim = claimOf({ kind, troubles: 30, troubledSince: 0 })
    const verdict = judge(ended(trouble, { claim, now: NOW + 200 * MINUTE_MS }))
    assert.equal(verdict.act, 'pause')
  }
})

test('an attempt that went well for ten minutes starts the count anew', () => {
  const claim = claimOf({ troubles: 30, troubledSince: 0 })
  const verdict = judge(ended(trouble, { claim, startedAt: NOW - 10 * MINUTE_MS }))
  assert.deepEqual(verdict, {
    act: 'pause',
    dueAt: NOW + 2_000,
    waitingFor: 'the disk is full',
    troubles: 1,
    troubledSince: NOW,
  })
})

test('a trouble that time does not mend ends the job', () => {
  const verdict = judge(ended(new Trouble('no such disk', { retryable: false })))
  assert.deepEqual(verdict, {
    act: 'end',
    state: 'FAILED',
    failure: { code: 'Internal', reason: 'no such disk' },
  })
})

test('an error nobody foresaw gets three attempts', () => {
  const bug = new TypeError('x is not a function')
  const first = judge(ended(bug))
  assert.deepEqual([first.act, first.act === 'pause' && first.faults], ['pause', 1])
  const third = judge(ended(bug, { claim: claimOf({ faults: 2 }) }))
  assert.deepEqual(third, {
    act: 'end',
    state: 'FAILED',
    failure: { code: 'Internal', reason: 'x is not a function' },
  })
})
