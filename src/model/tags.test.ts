// Goal: AWS's limits on tags, at their edges.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTags, TAGS_MAX } from './index.ts'

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, '']))

test('tags within the limits are good', () => {
  assert.equal(checkTags({}), undefined)
  assert.equal(checkTags({ ['k'.repeat(128)]: 'v'.repeat(256) }), undefined)
  assert.equal(checkTags(many(TAGS_MAX)), undefined)
})

test('keys and values too long, empty keys and the reserved prefix are refused', () => {
  const bad = [{ '': 'v' }, { ['k'.repeat(129)]: 'v' }, { k: 'v'.repeat(257) }, { 'aws:x': 'v' }]
  for (const tags of bad) assert.equal(checkTags(tags)?.code, 'TagsInvalid')
})

test('old and new tags together are fifty; a new value of an old key is none more', () => {
  assert.equal(checkTags({ key0: 'new' }, many(TAGS_MAX)), undefined)
  assert.equal(checkTags({ another: '' }, many(TAGS_MAX))?.code, 'TagsInvalid')
})
