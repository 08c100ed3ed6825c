// Goal: no pair of state and event is left to chance. Method: all pairs are enumerated; those that
// lead somewhere stand here, and every other must throw.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  firstState,
  hasEnded,
  IllegalStep,
  nextBackupState,
  nextCopyState,
  nextRestoreState,
} from './index.ts'

const COPY = {
  CREATED: { started: 'RUNNING', failed: 'FAILED' },
  RUNNING: {
    started: 'RUNNING',
    completed: 'COMPLETED',
    'partly completed': 'PARTIAL',
    failed: 'FAILED',
  },
  COMPLETED: {},
  FAILED: {},
  PARTIAL: {},
} as const

const WAITING = {
  started: 'RUNNING',
  failed: 'FAILED',
  'stop asked': 'ABORTING',
  expired: 'EXPIRED',
} as const
const BACKUP = {
  CREATED: WAITING,
  PENDING: WAITING,
  RUNNING: { ...COPY.RUNNING, 'stop asked': 'ABORTING', expired: 'EXPIRED' },
  ABORTING: {
    ...COPY.RUNNING,
    started: 'ABORTING',
    'stop asked': 'ABORTING',
    stopped: 'ABORTED',
    expired: 'EXPIRED',
  },
  ABORTED: {},
  COMPLETED: {},
  FAILED: {},
  EXPIRED: {},
  PARTIAL: {},
} as const

const RESTORE = {
  PENDING: { started: 'RUNNING', failed: 'FAILED', stopped: 'ABORTED' },
  RUNNING: { started: 'RUNNING', completed: 'COMPLETED', failed: 'FAILED', stopped: 'ABORTED' },
  COMPLETED: {},
  ABORTED: {},
  FAILED: {},
} as const

const EVENTS = [
  'started',
  'completed',
  'partly completed',
  'failed',
  'stop asked',
  'stopped',
  'expired',
]

const MACHINES = {
  copy: { table: COPY, next: nextCopyState },
  backup: { table: BACKUP, next: nextBackupState },
  restore: { table: RESTORE, next: nextRestoreState },
}

for (const [kind, { table, next }] of Object.entries(MACHINES)) {
  test(`a ${kind} job moves as its table says and in no other way`, () => {
    for (const [state, moves] of Object.entries<Record<string, string>>(table)) {
      for (const event of EVENTS) {
        const move = () => (next as (state: string, event: string) => string)(state, event)
        const expected = moves[event]
        if (expected === undefined) assert.throws(move, IllegalStep, `${state} ${event}`)
        else assert.equal(move(), expected, `${state} ${event}`)
      }
    }
  })

  test(`a ${kind} job has ended exactly where nothing leads on`, () => {
    for (const [state, moves] of Object.entries(table)) {
      assert.equal(hasEnded(state), Object.keys(moves).length === 0, state)
    }
  })
}

test('a restore begins as PENDING, any other job as CREATED', () => {
  assert.equal(firstState('restore'), 'PENDING')
  assert.equal(firstState('copy'), 'CREATED')
})
