// Properties of paths as bytes: what is joined comes apart, what is called sound stays inside.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinPath, parentAndName, pathFault, splitPath, utf8 } from './raw-path.ts'

const name = fc
  .uint8Array({ minLength: 1, maxLength: 8 })
  .map((bytes) => bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x80 : byte)))
  .filter((bytes) => !['.', '..'].includes(Buffer.from(bytes).toString('latin1')))

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

test('a path of sound names is sound, and comes apart into them', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 10 }), (names) => {
      const path = names.reduce((folder: Uint8Array, next) => joinPath(folder, next), utf8(''))
      assert.equal(pathFault(path), undefined)
      assert.deepEqual(splitPath(path).map(text), names.map(text))
      if (names.length === 0) return
      const { parent, name: last } = parentAndName(path)
      assert.equal(text(last), text(names.at(-1) ?? utf8('')))
      assert.equal(Buffer.compare(joinPath(parent, last), path), 0)
    }),
  )
})

test('whatever the bytes, a path without fault stays below its root', () => {
  const nasty = fc.array(fc.constantFrom('.', '..', '/', 'a', '\0', '\\', ' '), { maxLength: 8 })
  fc.assert(
    fc.property(nasty, (pieces) => {
      const path = pieces.join('')
      if (pathFault(utf8(path))) return
      assert.equal(new URL(`file:///root/${encodeURI(path)}`).pathname.startsWith('/root/'), true)
      assert.ok(!path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0'))
    }),
  )
})
