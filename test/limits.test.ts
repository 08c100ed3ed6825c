// Limits on a real server: they hold for a copy that runs, say so, and outlive the server.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { realServer, temporaryFolder, User, until } from './real-server.ts'

const MEGABYTE = 1_000_000

test('a copy held back by a limit says so, and goes on when the limit is gone', async () => {
  using folder = temporaryFolder()
  const files = path.join(folder.path, 'files')
  mkdirSync(files)
  // Three packs: the first goes at once, the second would wait for half an hour.
  writeFileSync(path.join(files, 'random'), randomBytes(40 * MEGABYTE))
  const shown = { process: 20 * MEGABYTE, vaults: {} }
  {
    await using server = await realServer(folder.path)
    const user = new User(server.url, 'eu-west-1')
    const there = new User(server.url, 'us-east-1')
    await user.createVault('source')
    await there.createVault('copies')
    const point = await user.backUp('source', await user.addDirectory(files))
    const change = JSON.stringify({ vaults: { [there.vaultArn('copies')]: 10_000 } })
    await user.extension('PUT', '/limits', change)

    const job = await user.startCopy({ vault: 'source', point }, there.vaultArn('copies'))
    assert.equal(await waitsFor(user, job), 'the bandwidth limit of the vault copies')
    await user.extension('PUT', '/limits', JSON.stringify({ copies: 1 }))
    const next = await user.startCopy({ vault: 'source', point }, there.vaultArn('copies'))
    assert.equal(await waitsFor(user, next), 'its turn: one copy may run at once')
    const free = {
      process: 20 * MEGABYTE,
      vaults: { [there.vaultArn('copies')]: null },
      copies: null,
    }
    assert.deepEqual(await user.extension('PUT', '/limits', JSON.stringify(free)), shown)
    for (const id of [job, next]) assert.equal((await user.copyEnd(id)).State, 'COMPLETED')
  }
  await using again = await realServer(folder.path)
  assert.deepEqual(await new User(again.url, 'eu-west-1').extension('GET', '/limits'), shown)
})

/** What a job says it waits for, as soon as it does. */
function waitsFor(user: User, job: string): Promise<string> {
  return until(async () => {
    const found = (await user.extension('GET', `/jobs/${job}`)) as {
      Progress?: { waitingFor?: string }
    }
    return found.Progress?.waitingFor
  })
}
