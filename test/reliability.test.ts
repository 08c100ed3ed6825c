// The page of faults tried names only tests that exist.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const ROOT = path.resolve(import.meta.dirname, '..')

test('every test that docs/reliability.md names is there', () => {
  const page = readFileSync(path.join(ROOT, 'docs/reliability.md'), 'utf8')
  const named = [...page.matchAll(/\| `([^`]+\.test\.ts)`: ([^|]+) \|$/gm)]
  assert.ok(named.length >= 20, `${named.length} tests are named`)
  const missing = named.filter(([, file = '', title = '']) => {
    return !readFileSync(path.join(ROOT, file), 'utf8').includes(title)
  })
  assert.deepEqual(
    missing.map(([, file, title]) => `${file}: ${title}`),
    [],
  )
})
