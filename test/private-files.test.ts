// Goal: what the program makes is its owner's alone, also in a folder that everybody may read, and
// whatever the umask; what an earlier version left open is closed at the start. What is restored
// keeps the modes of its recovery point.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { oneResource, realServer, temporaryFolder } from './real-server.ts'

/** Files below the folder that others than their owner may open. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => (statSync(file).mode & 0o077) !== 0)
}

for (const umask of [0o022, 0o000]) {
  test(`files are their owner's alone under the umask ${umask.toString(8)}`, async (t) => {
    const before = process.umask(umask)
    t.after(() => process.umask(before))
    using folder = temporaryFolder()
    const data = path.join(folder.path, 'data')
    mkdirSync(data)
    chmodSync(data, 0o755)
    {
      await using server = await realServer(folder.path)
      const { user, resource } = await oneResource(server.url, folder.path)
      chmodSync(path.join(folder.path, 'tree', 'file'), 0o646)
      await user.advanceClock(60)
      await user.extension('PUT', '/limits', JSON.stringify({ copies: 3 }))
      const point = await user.backUp('daily', resource)
      await user.restore(point, path.join(folder.path, 'restored'))
      const { mode } = statSync(path.join(folder.path, 'restored', 'file'))
      assert.equal(mode & 0o7777, 0o646)
      assert.ok(statSync(path.join(data, 'catalog.db-wal')).isFile())
      assert.deepEqual(openToOthers(data), [])
    }
    for (const name of ['catalog.db', 'owner.db']) chmodSync(path.join(data, name), 0o644)
    await using _server = await realServer(folder.path)
    assert.deepEqual(openToOthers(data), [])
  })
}
