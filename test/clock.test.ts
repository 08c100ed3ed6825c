// A development server's clock, moved through the extension: both threads go by it, what runs is
// not disturbed, and a restart does not fall back in time.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup'
import { realServer, temporaryFolder, User } from './real-server.ts'

const DAY_S = 24 * 60 * 60

interface Shown {
  readonly now: string
  readonly realTime: string
  readonly advancedSeconds: number
}

test('a moved clock dates what both threads make, and outlives a restart', async () => {
  using folder = temporaryFolder()
  const tree = makeTree(folder.path)
  {
    await using server = await realServer(folder.path)
    const user = new User(server.url, 'eu-west-1')
    const move = JSON.stringify({ advanceSeconds: 90 * DAY_S })
    const shown = (await user.extension('POST', '/clock', move)) as Shown
    assert.equal(shown.advancedSeconds, 90 * DAY_S)
    assert.equal(Date.parse(shown.now) - Date.parse(shown.realTime), 90 * DAY_S * 1000)
    await user.createVault('later')
    const vault = await user.client.send(
      new DescribeBackupVaultCommand({ BackupVaultName: 'later' }),
    )
    assert.ok(Number(vault.CreationDate) > Date.now() + 89 * DAY_S * 1000)
    await user.backUp('later', await user.addDirectory(tree))
  }
  await using again = await realServer(folder.path)
  const user = new User(again.url, 'eu-west-1')
  const kept = (await user.extension('GET', '/clock')) as Shown
  assert.equal(kept.advancedSeconds, 90 * DAY_S)
  const back = (await user.extension('POST', '/clock', '{"reset":true}')) as Shown
  assert.equal(back.advancedSeconds, 0)
})

test('a copy that runs is run once, however far the clock jumps meanwhile', async () => {
  using folder = temporaryFolder()
  const tree = makeTree(folder.path)
  await using server = await realServer(folder.path)
  const user = new User(server.url, 'eu-west-1')
  await user.createVault('source')
  await user.createVault('copies')
  const point = await user.backUp('source', await user.addDirectory(tree))
  await user.extension('PUT', '/limits', JSON.stringify({ job: 400_000 }))
  const job = await user.startCopy({ vault: 'source', point }, user.vaultArn('copies'))
  for (let jump = 0; jump < 5; jump += 1) {
    await user.advanceClock(DAY_S)
  }
  // In front of a clock that was set back, nothing waits for the days to come again.
  await user.extension('POST', '/clock', '{"reset":true}')
  await user.extension('PUT', '/limits', JSON.stringify({ job: null }))
  assert.equal((await user.copyEnd(job)).State, 'COMPLETED')
  const found = (await user.extension('GET', `/jobs/${job}`)) as { Attempt: number }
  assert.equal(found.Attempt, 1)
})

test('a move that makes no sense is refused with what would', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const user = new User(server.url, 'eu-west-1')
  const call = user.extension('POST', '/clock', '{"advanceSeconds":"90d"}')
  await assert.rejects(call, /400.*advanceSeconds.*it must be a number/)
})

/** A folder of a few hundred kilobytes that do not compress. */
function makeTree(folder: string): string {
  const tree = path.join(folder, 'tree')
  mkdirSync(tree)
  const bytes = Buffer.alloc(600_000)
  for (let at = 0, x = 1; at < bytes.length; at += 4) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    bytes.writeUInt32LE((x ^ (x >>> 15)) >>> 0, at)
  }
  writeFileSync(path.join(tree, 'bytes'), bytes)
  return tree
}
