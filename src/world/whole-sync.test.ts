// The system's own `sync -f`, and what is left of it where it does not work.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { systemWholeSync } from './index.ts'

const { signal } = new AbortController()

test('a file system is written back as often as it is asked for', async () => {
  using folder = temporaryFolder()
  using sync = systemWholeSync(folder.path)
  assert.equal(await sync.sync(signal), true)
  assert.equal(await sync.sync(signal), true)
})

test('what did not work, was stopped or was given back stays so', async () => {
  using folder = temporaryFolder()
  using absent = systemWholeSync(`${folder.path}/absent`)
  assert.equal(await absent.sync(signal), false)
  assert.equal(await absent.sync(signal), false)
  using stopped = systemWholeSync(folder.path)
  const stop = new AbortController()
  const stopping = stopped.sync(stop.signal)
  stop.abort()
  assert.equal(await stopping, false)
  assert.equal(await stopped.sync(signal), false)
  const over = systemWholeSync(folder.path)
  over[Symbol.dispose]()
  assert.equal(await over.sync(signal), false)
})

test('without a shell nothing works, and nothing is thrown', async () => {
  using folder = temporaryFolder()
  using sync = systemWholeSync(folder.path)
  const { PATH } = process.env
  process.env.PATH = folder.path
  try {
    assert.equal(await sync.sync(signal), false)
  } finally {
    process.env.PATH = PATH
  }
})
