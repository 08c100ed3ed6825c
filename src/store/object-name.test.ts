// Object names are checked both ways, and never lead out of a folder.

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkPrefix, objectName, parseObjectName } from './object-name.ts'

test('plain paths are names', () => {
  const names = ['a', 'A-z_0.9', 'vault/packs/ab/00ff', 'a/b/c/d/e/f/g/h', 'x'.repeat(200)]
  for (const name of names) assert.equal(objectName(name), name)
})

test('what could leave its folder, or hide in it, is not a name', () => {
  const bad = ['', '.', '..', 'a/..', '../a', '/a', 'a/', 'a//b', '.tmp/x', 'a\\b', 'a\0b', 'ä']
  for (const text of [...bad, 'a b', 'a\n', 'a/b/c/d/e/f/g/h/i', 'x'.repeat(201)]) {
    assert.throws(() => objectName(text), { name: 'BadObjectName' }, JSON.stringify(text))
    assert.equal(parseObjectName(text), undefined)
  }
})

test('whatever the text, a name stays inside its root and a prefix of it is a prefix', () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[a./_-]{1,20}$/))
  fc.assert(
    fc.property(texts, (text) => {
      const name = parseObjectName(text)
      if (name === undefined) return
      assert.equal(path.join('/root', name), `/root/${name}`)
      for (let length = 0; length <= name.length; length += 1) checkPrefix(name.slice(0, length))
    }),
  )
})
