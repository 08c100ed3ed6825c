// The log as people read it, and as programs do.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { lineWriter } from './log.ts'

test('on a terminal a thing is one line, in words and local time', () => {
  const lines: string[] = []
  const at = new Date(2026, 0, 2, 3, 4, 5)
  const write = lineWriter(
    'warn',
    (line) => lines.push(line),
    () => at,
  )
  write('info', {}, 'it is not told')
  write('warn', { job: 'A1', reason: 'the disk is full', none: undefined }, 'job attempt: pause')
  write('error', { from: 'x\n2026-01-02 03:04:05 info  forged' }, 'odd')
  assert.deepEqual(lines, [
    '2026-01-02 03:04:05 warn  job attempt: pause: the disk is full (job A1)\n',
    '2026-01-02 03:04:05 error odd (from x 2026-01-02 03:04:05 info  forged)\n',
  ])
})

test('elsewhere it is JSON with ISO times, words for levels, and sentences for known errors', () => {
  const program = `
    import { openLog } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)}
    const say = (error) => ({ sentence: 'It does not exist.', code: error.message })
    openLog('info', say).warn({ job: 'A1', reason: new Error('Missing') }, 'job attempt: end')`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program])
  const { time, ...line } = JSON.parse(String(stderr)) as { time: string }
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const expected = { level: 'warn', job: 'A1', reason: 'It does not exist.', code: 'Missing' }
  assert.deepEqual(line, { ...expected, msg: 'job attempt: end' })
})
