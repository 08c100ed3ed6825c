// The shorthand grammar: examples, complaints, and that what is written is read back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseShorthand, ShorthandMistake } from './shorthand.ts'

const parse = (text: string) => parseShorthand(text, () => undefined)

test('texts, lists, hashes and their mixtures are read', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['a=b', { a: 'b' }],
    ['a=b,c=d', { a: 'b', c: 'd' }],
    ['a=b,c', { a: ['b', 'c'] }],
    ['a=b,c,d=e', { a: ['b', 'c'], d: 'e' }],
    ['a=', { a: '' }],
    ['a=b c , d=e', { a: 'b c', d: 'e' }],
    ["a=\"x,y\",b='it\\'s'", { a: 'x,y', b: "it's" }],
    ['a=x\\,y', { a: 'x,y' }],
    ['a=[x,{k=v,l=[1]}],b={c=d}', { a: ['x', { k: 'v', l: ['1'] }], b: { c: 'd' } }],
    ['a=b=c', { a: 'b=c' }],
    ['a=x\\,', { a: 'x,' }],
  ]
  for (const [text, value] of cases) assert.deepEqual(parse(text), value, text)
})

test('a mistake shows where it is', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['35', "Expected: '=', received: 'EOF' for input:\n 35\n  ^"],
    ['a=1,', "Expected: '<second>', received: '<none>' for input:\n a=1,\n    ^"],
    ['a={b=1', "Expected: ',', received: 'EOF' for input:\n a={b=1\n      ^"],
    ['a==1', "Expected: ',', received: '=' for input:\n a==1\n  ^"],
  ]
  for (const [text, message] of cases) {
    assert.throws(() => parse(text), { name: 'ShorthandMistake', message }, text)
  }
})

test('a key that comes twice is refused', () => {
  assert.throws(() => parse('a=1,a=2'), /Second instance of key "a"/)
})

test('a value behind @= is what the file reader says', () => {
  const read = (text: string) => (text === 'file://x' ? 'content' : undefined)
  assert.deepEqual(parseShorthand('a@=file://x,b=file://x', read), { a: 'content', b: 'file://x' })
})

const keys = fc.stringMatching(/^[A-Za-z0-9_.#/:-]{1,8}$/)
const texts = fc.string({ maxLength: 12 }).filter((text) => !/["\\]/.test(text))
type Tree = string | Tree[] | { [key: string]: Tree }
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(keys, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

function write(value: Tree): string {
  if (typeof value === 'string') return `"${value}"`
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${write(item)}`)
    .join(',')}}`
}

test('what is written in shorthand is read back', () => {
  fc.assert(
    fc.property(
      fc.dictionary(keys, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
      (value) => {
        const text = Object.entries(value)
          .map(([key, item]) => `${key}=${write(item)}`)
          .join(',')
        assert.deepEqual(parse(text), { ...value })
      },
    ),
  )
})

test('any text at all is read or refused as a shorthand mistake', () => {
  const signs = fc.constantFrom(...'ab=,[]{}"\'\\@ \n'.split(''))
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 24 }), (parts) => {
      try {
        parse(parts.join(''))
      } catch (error) {
        assert.ok(error instanceof ShorthandMistake, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})
