// Goal: every end of a job has its category, and filters mean it in any spelling.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completedCategory, messageCategory, parseMessageCategory } from './index.ts'

test('a job is a success only when nothing is to be said of it', () => {
  assert.equal(messageCategory({}), 'SUCCESS')
  assert.equal(messageCategory({ warning: '3 files were skipped' }), 'MISCELLANEOUS')
  assert.equal(messageCategory({ failure: { code: 'CopyJobAccessDenied' } }), 'ACCESS_DENIED')
})

test('what could not be read and what could not be written have categories of their own', () => {
  const categories = [undefined, 'unread', 'unwritten'] as const
  assert.deepEqual(categories.map(completedCategory), [
    'SUCCESS',
    'MISCELLANEOUS',
    'ENTRIES_NOT_RESTORED',
  ])
  assert.equal(parseMessageCategory('EntriesNotRestored'), 'ENTRIES_NOT_RESTORED')
})

test('a filter means the same however it is spelled', () => {
  for (const text of ['AccessDenied', 'ACCESS_DENIED', 'accessdenied']) {
    assert.equal(parseMessageCategory(text), 'ACCESS_DENIED')
  }
  assert.equal(parseMessageCategory('INVALIDPARAMETERS'), 'INVALID_PARAMETERS')
  for (const text of ['ANY', 'AGGREGATE_ALL']) assert.equal(parseMessageCategory(text), undefined)
  assert.equal(parseMessageCategory('NoSuchThing'), 'unknown')
})
