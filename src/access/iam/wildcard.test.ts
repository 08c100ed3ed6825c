// Goal: the matcher finds exactly what the words say, in bounded work. Method: against a naive
// reference that tries everything, and by counting steps on patterns made to be slow.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { literal, matches, ofArn, wildcard } from './wildcard.ts'

/** Every way, one after the other: exponential, and plainly right. */
function reference(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const [first, rest] = [pattern[0], pattern.slice(1)]
  if (first === '*') {
    for (let taken = 0; taken <= text.length; taken++) {
      if (reference(rest, text.slice(taken))) return true
    }
    return false
  }
  return text !== '' && (first === '?' || first === text[0]) && reference(rest, text.slice(1))
}

/** The same for ARNs: each of six parts by itself, the last with all that is left. */
function arnReference(pattern: string, text: string): boolean {
  const parts = (arn: string) => {
    const all = arn.split(':')
    return all.length < 6 ? undefined : [...all.slice(0, 5), all.slice(5).join(':')]
  }
  const [wanted, given] = [parts(pattern), parts(text)]
  if (!wanted || !given) return false
  return wanted.every((part, at) => reference(part, given[at] ?? ''))
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 9 })
/** Longer than a word has bits, and with few enough wildcards for the reference. */
const longPattern = fc
  .tuple(fc.string({ unit: fc.constantFrom('a', '?'), minLength: 25, maxLength: 70 }), pattern)
  .map(([start, end]) => `*${start}${end.replaceAll('*', '')}*`)
const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 })
const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 })
const value = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 })

test('a pattern matches what a naive reference says', () => {
  fc.assert(
    fc.property(pattern, text, (wanted, given) => {
      assert.equal(matches(wildcard(wanted), given), reference(wanted, given))
    }),
    { numRuns: 3000 },
  )
})

test('a pattern longer than a machine word too', () => {
  const long = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 20, maxLength: 90 })
  fc.assert(
    fc.property(longPattern, long, (wanted, given) => {
      assert.equal(matches(wildcard(wanted), given), reference(wanted, given))
    }),
    { numRuns: 2000 },
  )
  for (let length = 1; length < 100; length++) {
    const text = 'ab'.repeat(50).slice(0, length)
    assert.ok(matches(wildcard(`*${text}*`), `x${text}y`), text)
    assert.ok(!matches(wildcard(`*${text}?`), `x${text}`), text)
  }
})

test('the pattern of an ARN matches part by part', () => {
  const arn = (of: typeof part) =>
    fc.array(of, { minLength: 6, maxLength: 8 }).map((parts) => parts.join(':'))
  fc.assert(
    fc.property(arn(part), arn(value), (wanted, given) => {
      const tokens = ofArn(wildcard(wanted), { mayLeave: false })
      assert.equal(matches(tokens, given), arnReference(wanted, given))
    }),
    { numRuns: 3000 },
  )
})

test('what may leave its part matches more, and never less', () => {
  fc.assert(
    fc.property(pattern, text, (wanted, given) => {
      const [kept, leaving, free] = [
        ofArn(wildcard(wanted), { mayLeave: false }),
        ofArn(wildcard(wanted), { mayLeave: true }),
        wildcard(wanted),
      ].map((tokens) => matches(tokens, given))
      assert.ok(!kept || leaving)
      assert.ok(!leaving || free)
    }),
  )
})

test('literal texts match themselves only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (wanted, given) => {
      assert.equal(matches(literal(wanted), given), wanted === given)
    }),
  )
})

test('hostile patterns are matched in bounded steps', () => {
  const long = 'a'.repeat(2048)
  const hostile = [
    `${'*a'.repeat(1000)}b`,
    `${'a*'.repeat(1000)}b`,
    `${'*'.repeat(2000)}b`,
    `${'?*'.repeat(1000)}b`,
    `${'a'.repeat(1000)}${'*'.repeat(900)}b`,
    `${'*:'.repeat(900)}b`,
  ]
  for (const each of hostile) {
    for (const tokens of [wildcard(each), ofArn(wildcard(each), { mayLeave: true })]) {
      const steps = { count: 0 }
      assert.equal(matches(tokens, long, steps), false, each.slice(0, 20))
      // One different character, so one mask of the tokens; the rest is words of 32 states.
      const most = 2 * tokens.length + (tokens.length / 32 + 1) * long.length
      assert.ok(steps.count <= most, `${steps.count} steps for ${each.slice(0, 20)}`)
    }
  }
})
