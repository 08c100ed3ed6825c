// What is said about attributes that cannot be kept.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { systemAttributes } from '../world/index.ts'
import { attributeNote } from './attribute-note.ts'

const never = new AbortController().signal
const seeing = (count: number, names: string[]) => ({ count: async () => ({ count, names }) })

test('nothing is said where there are no attributes', async () => {
  assert.equal(await attributeNote(seeing(0, []), '/', never), undefined)
})

test('entries with attributes are counted and named', async () => {
  assert.equal(
    await attributeNote(seeing(5, ['a', 'b', 'c']), '/', never),
    'The extended attributes or ACLs of 5 entries are not kept (a, b, c, …).',
  )
})

test('where nothing can tell, that is said', async () => {
  const blind = { count: async () => undefined }
  assert.match((await attributeNote(blind, '/', never)) ?? '', /not counted/)
})

const tools = ['setfattr', 'getfattr'].every((name) => spawnSync(name, ['--version']).status === 0)

test('a real attribute is found', { skip: tools ? false : 'no setfattr here' }, async (t) => {
  using folder = temporaryFolder()
  fs.writeFileSync(path.join(folder.path, 'plain'), '')
  fs.writeFileSync(path.join(folder.path, 'marked'), '')
  const mark = ['-n', 'user.copyhold', '-v', '1', path.join(folder.path, 'marked')]
  if (spawnSync('setfattr', mark).status !== 0) return t.skip('no attributes on this file system')
  assert.deepEqual(await systemAttributes.count(folder.path, never), {
    count: 1,
    names: ['marked'],
  })
})
