// Goal: a line about a job fits the terminal it is drawn on, tells rate and time left on a narrow
// one too, and never more than 100 %. Method: snapshots of every kind, widths from 20 to 140.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import stringWidth from 'string-width'
import { barLine } from './bar-line.ts'
import { tableLines } from './board.ts'
import { statusMessage } from './messages.ts'
import { figureList, fractionOf } from './progress-figures.ts'
import { rowOf } from './row.ts'
import type { JobCounts, JobSnapshot } from './snapshot.ts'

const job = (state: string, counts?: JobCounts, more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  ...{ state, message: '', described: {} },
  ...(counts ? { counts } : {}),
  ...more,
})
const COPYING = { bytesTotal: 960_100_000, bytesStored: 502_400_000, bytesPerSecond: 145_200_000 }
const at = (columns: number, snapshot: JobSnapshot, turn = 0) =>
  barLine('copy', snapshot, { columns, turn })

test('a wide line tells all, a narrower one has a shorter bar, then fewer words', () => {
  const whole = job('RUNNING', { ...COPYING, bytesReused: 100_000_000 })
  assert.equal(
    at(140, whole),
    `copy    ${'█'.repeat(18)}${'░'.repeat(12)} 62% RUNNING · 602.4 MB of 960.1 MB · ` +
      '100.0 MB already there · 145.2 MB/s · 3.0 s left',
  )
  const bars = [140, 110, 100].map((columns) => at(columns, whole).match(/[█░]+/)?.[0].length)
  assert.deepEqual(bars, [30, 10, 30])
  assert.match(
    at(79, whole),
    /█░+ 62% RUNNING · 602\.4 MB of 960\.1 MB · 145\.2 MB\/s · 3\.0 s left$/,
  )
  assert.match(at(67, whole), /█░+ 62% RUNNING · 602\.4 MB · 145\.2 MB\/s · 3\.0 s left$/)
  assert.equal(at(39, whole), 'copy 62% 145.2 MB/s · 3.0 s left')
})

test('no line is wider than the terminal, and from 40 columns on none lacks rate and time left', () => {
  const reason = 'cannot write packs/ab in the store /srv/copyhold/eu-west-1: the disk is full'
  const snapshots = [
    job('CREATED'),
    job('CREATED', { waitingFor: reason }),
    job('RUNNING', COPYING),
    job('RUNNING', { ...COPYING, bytesReused: 400_000_000, waitingFor: 'the bandwidth limit' }),
    job('RUNNING', { bytesRead: 892_400_000, bytesPerSecond: 107_100_000 }),
    job('RUNNING', { waitingFor: reason }),
    job('FAILED', COPYING, { message: reason }),
    job('COMPLETED', { bytesTotal: 298, bytesStored: 414 }),
  ]
  for (let columns = 20; columns <= 140; columns++) {
    for (const snapshot of snapshots) {
      const lines = [
        at(columns, snapshot, columns),
        ...tableLines([rowOf('copy', 'B61AA03A-1', described(snapshot))], columns + 1),
      ]
      for (const line of lines) assert.ok(stringWidth(line) <= columns, `${columns}: ${line}`)
      if (columns < 40 || snapshot.counts?.bytesPerSecond !== COPYING.bytesPerSecond) continue
      if (snapshot.state !== 'RUNNING') continue
      for (const line of [lines[0], lines.at(-1)]) {
        assert.match(line ?? '', /145\.2 MB\/s · \d\.\d s left/, `${columns}`)
      }
    }
  }
})

const described = (snapshot: JobSnapshot): JobSnapshot => ({
  ...snapshot,
  described: {
    ...{ ResourceType: 'EFS', ResourceName: '写真の保存場所 of the whole family' },
    DestinationBackupVaultArn: 'arn:aws:backup:eu-central-1:123456789012:backup-vault:offsite',
  },
})

test('of an unknown total there is no percentage, and the bar moves to and fro', () => {
  const backup = job('RUNNING', { bytesRead: 892_400_000, bytesPerSecond: 107_100_000 })
  for (const snapshot of [backup, { ...backup, percentDone: 0 }]) {
    const drawn = [0, 1, 2].map((turn) => at(79, snapshot, turn))
    assert.equal(new Set(drawn).size, 3)
    for (const line of drawn) assert.match(line, /█{3}.* RUNNING · 892\.4 MB · 107\.1 MB\/s$/)
    assert.doesNotMatch(drawn.join(), /%/)
  }
})

test('nothing is ever over 100 %, nothing that runs at 100 %, nothing done more than all', () => {
  const over = { bytesTotal: 298, bytesStored: 414 }
  assert.deepEqual(figureList(job('COMPLETED', over)), ['414 bytes'])
  assert.deepEqual(figureList(job('RUNNING', over)), ['414 bytes'])
  assert.equal(fractionOf(job('RUNNING', over)), undefined)
  assert.equal(fractionOf(job('RUNNING', { bytesTotal: 298, bytesStored: 298 })), 0.99)
  assert.equal(fractionOf(job('RUNNING', undefined, { percentDone: 250 })), 0.99)
  assert.equal(fractionOf(job('COMPLETED', over)), 1)
  const message = JSON.parse(statusMessage({ kind: 'copy', id: 'J' }, job('COMPLETED', over)))
  assert.deepEqual([message.bytes_done, message.bytes_total], [414, undefined])
})

test('what was there already is told', () => {
  const some = { bytesTotal: 1000, bytesStored: 400, bytesReused: 600 }
  assert.deepEqual(figureList(job('COMPLETED', some)), ['1.0 kB', '600 bytes already there'])
  const all = { bytesTotal: 1000, bytesStored: 0, bytesReused: 1000 }
  assert.deepEqual(figureList(job('COMPLETED', all)), ['1.0 kB', 'all already there'])
})

test('a job that waits says for what instead of drawing a bar', () => {
  const waiting = job('RUNNING', { ...COPYING, bytesPerSecond: 0, waitingFor: 'the disk is full' })
  assert.equal(at(79, waiting), 'copy 52% RUNNING · waits: the disk is full')
  assert.equal(at(30, waiting), 'copy 52% waits: the disk is f…')
})
