// Goal: moments are read as AWS's command line reads them. Method: what its library answers in a
// zone that is not UTC, written down.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLocal, formatUtc, parseMoment } from './timestamps.ts'

const SECONDS: Readonly<Record<string, number | undefined>> = {
  '2024-01-02': 1704153600,
  '2024-1-2': 1704153600,
  '20240102': 20240102,
  '2024-07-02 03:04:05': 1719889445,
  '2024-01-02T3:4:5': 1704164645,
  '20240102T030405Z': 1704164645,
  '2024-01-02T03:04:05+02:00': 1704157445,
  '2024-01-02T03:04:05.123456+0530': 1704144845.123456,
  'Tue, 02 Jan 2024 03:04:05 GMT': 1704164645,
  '2 January 2024 10:00': 1704189600,
  '01/02/2024': 1704153600,
  '1700000000.5': 1700000000.5,
  '1e3': 1000,
  '2024-02-30': undefined,
  '2024-01-02T25:00:00Z': undefined,
  'not a date': undefined,
}

test('moments without an offset are UTC, whatever zone the machine is in', () => {
  const zone = process.env.TZ
  process.env.TZ = 'Europe/Berlin'
  try {
    for (const [text, seconds] of Object.entries(SECONDS)) {
      const moment = parseMoment(text)
      assert.equal(moment === undefined ? undefined : Number(moment) / 1e6, seconds, text)
    }
    assert.equal(formatLocal(1719889445000000n), '2024-07-02T05:04:05+02:00')
    assert.equal(formatUtc(1719889445500000n), '2024-07-02T03:04:05.500000Z')
  } finally {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  }
})
