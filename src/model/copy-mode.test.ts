// Data keys are shared within an account and with nobody else, unless the destination's owner says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyModeFor, parseCopyMode } from './copy-mode.ts'

const within = { sourceAccount: '111111111111', destinationAccount: '111111111111' }
const across = { sourceAccount: '111111111111', destinationAccount: '222222222222' }

test('packs keep their keys within an account and get new ones across accounts', () => {
  assert.equal(copyModeFor(within), 'verbatim')
  assert.equal(copyModeFor(across), 'reencrypt')
  assert.equal(copyModeFor({ ...within, isAirGapped: true }), 'reencrypt')
})

test('what the destination’s owner has set holds either way', () => {
  assert.equal(copyModeFor({ ...within, chosen: 'reencrypt' }), 'reencrypt')
  assert.equal(copyModeFor({ ...across, chosen: 'verbatim' }), 'verbatim')
})

test('only the two modes have a name', () => {
  assert.equal(parseCopyMode('reencrypt'), 'reencrypt')
  assert.equal(parseCopyMode('verbatim'), 'verbatim')
  for (const other of ['Reencrypt', '', 1, null, undefined]) {
    assert.equal(parseCopyMode(other), undefined)
  }
})
