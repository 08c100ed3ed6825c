// What a copy costs beside its bytes, counted where time cannot be asserted: transactions that the
// catalog waits for the disk with, syncs of files and folders, all calls to the disk. A simulated
// disk has counted its calls; commits are counted in SQLite's own log.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { makeTree } from './crash/job-crash.ts'
import { JobWorld } from './crash/job-world.ts'
import { copy, onePoint } from './crash/scenes.ts'
import { SimDisk } from './sim/disk.ts'

/** SQLite's log: a head, then frames of a page each, of which the last of a commit says so. */
const LOG = { headBytes: 32, pageSizeAt: 8, saltAt: 16, saltBytes: 8 } as const
const FRAME = { headBytes: 24, commitAt: 4, saltAt: 8 } as const

test('a copy asks the disk and the catalog for no more than it needs', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-counts-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const disk = new SimDisk()
  const catalogFile = path.join(folder, 'catalog.db')
  const tree = path.join(folder, 'tree')
  const world = await JobWorld.open({ disk, catalogFile, tree, puts: [] })
  t.after(() => world.close())
  makeTree(world.tree)
  await onePoint(world)
  const packs = disk.tree().filter((name) => /\/packs\/..\/./.test(name)).length

  /** What one copy costs. */
  async function cost(token: string) {
    const before = { commits: commitsIn(`${catalogFile}-wal`), calls: disk.calls.length }
    await copy(world, { jobs: [], deleted: [] }, token)
    await world.runAll()
    // Transactions are counted beside the disk's own calls, and here by their commits.
    const own = disk.calls.slice(before.calls).filter((call) => call !== 'transaction')
    const calls = own.map((call) => call.slice(0, call.indexOf(' ')))
    return {
      commits: commitsIn(`${catalogFile}-wal`) - before.commits,
      fileSyncs: calls.filter((call) => call === 'datasync').length,
      folderSyncs: calls.filter((call) => call === 'syncFolder').length,
      calls: calls.length,
    }
  }

  const first = await cost('the first')
  // Asked for, claimed, begun, packs claimed, packs arrived, recorded.
  assert.equal(first.commits, 6)
  assert.equal(first.fileSyncs, packs + 1, 'packs and the manifest')

  const again = await cost('again')
  // Asked for, claimed, begun, recorded.
  assert.equal(again.commits, 4)
  assert.equal(again.fileSyncs, 1, 'the manifest')
  assert.equal(again.folderSyncs, 1, 'its name')
  // Opening two vaults is 10 each, of which the key is 4; the source's manifest is 6, sealing 11.
  // Of each pack the trailer: open, read, close.
  assert.equal(again.calls, 2 * 10 + 6 + 11 + packs * 3)
})

/** Transactions in the log that the disk was waited for with. */
function commitsIn(file: string): number {
  const log = readFileSync(file)
  const salt = log.subarray(LOG.saltAt, LOG.saltAt + LOG.saltBytes)
  const frameBytes = FRAME.headBytes + log.readUInt32BE(LOG.pageSizeAt)
  let commits = 0
  for (let at = LOG.headBytes; at + frameBytes <= log.length; at += frameBytes) {
    // What an earlier round of the log left behind its end has another salt.
    if (!log.subarray(at + FRAME.saltAt, at + FRAME.saltAt + LOG.saltBytes).equals(salt)) break
    if (log.readUInt32BE(at + FRAME.commitAt) > 0) commits += 1
  }
  return commits
}
