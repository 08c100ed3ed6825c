// Several jobs at once: the table on a terminal, lines elsewhere, and work a few at a time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMost } from './at-most.ts'
import { openBoard, tableLines } from './board.ts'
import { rowOf } from './row.ts'

const row = (id: string, state: string, bytesStored = 0) =>
  rowOf('copy', id, {
    state,
    message: '',
    counts: { bytesTotal: 100, bytesStored, bytesPerSecond: 10 },
    described: {
      ResourceType: 'EFS',
      ResourceName: 'photos',
      DestinationBackupVaultArn: 'arn:aws:backup:eu-central-1:123456789012:backup-vault:offsite',
    },
  })

function surface(isTerminal: boolean) {
  const written: string[] = []
  const write = (text: string) => {
    written.push(text)
  }
  return { written, write, isTerminal, columns: () => 80 }
}

test('jobs at work stand first, those that have ended last, no line is too wide', () => {
  const rows = [
    row('ENDED', 'COMPLETED', 100),
    row('WAITS', 'CREATED'),
    row('WORKS', 'RUNNING', 50),
  ]
  const lines = tableLines(rows, 100)
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    ['JOB', 'WORKS', 'WAITS', 'ENDED'],
  )
  assert.match(lines[1] ?? '', /^WORKS +RUNNING +EFS photos +eu-central-1\/offsite +50%/)
  assert.ok(lines.every((line) => line.length < 100))
})

test('a long table is cut, and says how much is missing', () => {
  const rows = Array.from({ length: 30 }, (_, at) => row(`J-${at}`, 'RUNNING'))
  const lines = tableLines(rows, 80)
  assert.equal(lines.length, 22)
  assert.equal(lines.at(-1), 'and 10 more')
})

test('on a terminal the table is drawn over itself, and the cursor comes back', () => {
  const at = surface(true)
  const board = openBoard(at)
  board.show([row('A', 'RUNNING')])
  board.show([row('A', 'RUNNING', 50)])
  board.end()
  board.end()
  assert.ok(at.written[1]?.startsWith('\x1b[2A'))
  assert.deepEqual(at.written.slice(2), ['\x1b[?25h'])
})

test('elsewhere each job has a line for every change', () => {
  const at = surface(false)
  const board = openBoard(at)
  board.show([row('A', 'RUNNING', 1), row('B', 'CREATED')])
  board.show([row('A', 'RUNNING', 2), row('B', 'RUNNING', 80)])
  const lines = at.written.map((text) => text.replace(/ \(.*/s, ''))
  assert.deepEqual(lines, ['copy A: RUNNING 0%', 'copy B: CREATED 0%', 'copy B: RUNNING 75%'])
})

test('work is done a few at a time, and answered in order', async () => {
  let now = 0
  let most = 0
  const results = await atMost(2, [3, 1, 2], async (item) => {
    most = Math.max(most, ++now)
    for (let turn = 0; turn < item; turn++) await Promise.resolve()
    now--
    return item * 10
  })
  assert.deepEqual(results, [30, 10, 20])
  assert.equal(most, 2)
  assert.deepEqual(await atMost(2, [], async () => 1), [])
})
