// Goal: what the page on mistakes shows and its own commands cannot bring about is true as well.
// Method: the launcher alone, as in a clone before `npm install`, told that its Node is an old one.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { pageText } from './pages/all-pages.ts'
import { fencesOf } from './pages/fences.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const LAUNCHER = path.resolve(import.meta.dirname, '../bin/copyhold.js')
const shown = fencesOf(pageText('docs/mistakes.md')).filter(({ mark }) => mark.kind === 'not run')

test('a Node that is too old, with no other one at hand, is told in the line of the page', () => {
  using folder = temporaryFolder()
  const launcher = path.join(folder.path, 'copyhold.cjs')
  cpSync(LAUNCHER, launcher)
  const old = path.join(folder.path, 'old.cjs')
  const versions = '{ value: Object.assign({}, process.versions, { node: "20.19.0" }) }'
  writeFileSync(old, `Object.defineProperty(process, "versions", ${versions})`)
  const { status, stderr } = spawnSync(process.execPath, ['-r', old, launcher, 'dev'], {
    encoding: 'utf8',
    cwd: folder.path,
  })
  assert.notEqual(status, 0)
  assert.ok(
    shown.some(({ text }) => text === `$ bin/copyhold.js dev\n${stderr}`),
    stderr,
  )
})
