// The page that says what of AWS Backup is here says what the code does.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { operations } from '../src/api/index.ts'
import { model } from '../src/wire/index.ts'
import { DIFFERENCES } from './compatibility/differences.ts'
import { compatibilityPage } from './compatibility/page.ts'

test('docs/aws-compatibility.md says what is built and what is not', () => {
  const file = new URL('../docs/aws-compatibility.md', import.meta.url)
  const page = compatibilityPage()
  if (process.env.UPDATE === '1') writeFileSync(file, page)
  assert.ok(readFileSync(file, 'utf8') === page, 'UPDATE=1 writes it anew')
})

test('what is built, and what is said to differ, are operations of the service model', () => {
  const built = Object.keys(operations)
  assert.deepEqual(
    built.filter((name) => !Object.hasOwn(model.operations, name)),
    [],
  )
  assert.deepEqual(
    Object.keys(DIFFERENCES).filter((name) => !built.includes(name)),
    [],
  )
})
