// Disks without a free byte. Goal: what leads out of it (deleting, sweeping, stopping) needs no
// room, also after a restart, and whoever needs room is told so and goes on when there is some.
// Method: real servers on small file systems that somebody else fills.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import {
  DeleteRecoveryPointCommand,
  DescribeBackupJobCommand,
  StopBackupJobCommand,
} from '@aws-sdk/client-backup'
import { ServerProcess } from './crash/process.ts'
import { User, until } from './real-server.ts'
import { type FileSystem, SmallDisk, whyNoSmallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
const KINDS: readonly FileSystem[] = ['tmpfs', 'ext4']
const HERE = 'eu-west-1'
const THERE = 'us-east-1'

const place = mkdtempSync(path.join(os.tmpdir(), 'copyhold-full-'))
after(() => rmSync(place, { recursive: true, force: true }))

let folders = 0
function newFolder(): string {
  folders += 1
  const folder = path.join(place, String(folders))
  mkdirSync(folder)
  return folder
}

/** A vault `daily` with points of one folder, each of so many fresh bytes. */
async function backedUp(url: string, folder: string, sizes: readonly number[]) {
  const user = new User(url, HERE)
  const tree = path.join(folder, 'tree')
  mkdirSync(tree)
  await user.createVault('daily')
  const resource = await user.addDirectory(tree)
  const points: string[] = []
  for (const size of sizes) {
    writeFileSync(path.join(tree, 'file'), randomBytes(size))
    points.push(await user.backUp('daily', resource))
  }
  return { user, resource, points }
}

const remove = (user: User, point: string, vault = 'daily') =>
  user.client.send(
    new DeleteRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: point }),
  )

const stop = (user: User, id: string) =>
  user.client.send(new StopBackupJobCommand({ BackupJobId: id }))

const told = async (user: User, id: string) =>
  (await user.client.send(new DescribeBackupJobCommand({ BackupJobId: id }))).StatusMessage

/** Waits until the job says why it waits. */
async function waits(user: User, id: string, why: RegExp): Promise<void> {
  await until(async () => (why.test((await told(user, id)) ?? '') ? true : undefined))
}

/** Whether no fact waits to be written to a store. */
function isAllTold(data: string): boolean {
  const catalog = new DatabaseSync(path.join(data, 'catalog.db'), { readOnly: true })
  try {
    const sql = 'select (select count(*) from fact_due) + (select count(*) from fact_record) as due'
    return catalog.prepare(sql).get()?.due === 0
  } finally {
    catalog.close()
  }
}

const tellsDiskFull = { name: 'ServiceUnavailableException', message: /^The disk of .* is full/ }

for (const kind of KINDS) {
  const skip = whyNoSmallDisk(kind, place)

  test(`on ${kind} without a free byte points are deleted, swept, and jobs stopped`, {
    skip,
  }, async () => {
    const folder = newFolder()
    using disk = new SmallDisk(kind, path.join(folder, 'data'), 80)
    await using server = await ServerProcess.start(folder)
    const { user, resource, points } = await backedUp(server.url, folder, [10 * MIB, 10 * MIB])
    disk.fill(3 * MIB)
    const job = await user.startBackup('daily', resource)
    await waits(user, job, /^Waiting: the disk of the catalog is nearly full: /)
    disk.fill()

    await assert.rejects(user.startBackup('daily', resource), tellsDiskFull)
    await assert.rejects(user.createVault('another'), tellsDiskFull)
    await stop(user, job)
    assert.equal((await user.backupEnd(job)).State, 'ABORTED')
    await remove(user, points[0] ?? '')
    await user.pointGone('daily', points[0] ?? '')
    await user.sweep('daily')
    assert.ok(disk.freeBytes > 9 * MIB, `${disk.freeBytes} bytes came free`)
    // The other one is whole, and with room all is as ever.
    await user.restore(points[1] ?? '', path.join(folder, 'restored'))
    await user.backUp('daily', resource)
  })

  for (const end of ['terminate', 'kill'] as const) {
    test(`on ${kind} a server that was ended by ${end} starts without a free byte, and deletes`, {
      skip,
    }, async () => {
      const folder = newFolder()
      using disk = new SmallDisk(kind, path.join(folder, 'data'), 80)
      const first = await ServerProcess.start(folder)
      const { points } = await backedUp(first.url, folder, [10 * MIB, 10 * MIB])
      disk.fill()
      await first[end]()
      disk.fill()
      await using second = await ServerProcess.start(folder)
      const user = new User(second.url, HERE)
      for (const point of points) {
        await remove(user, point)
        await user.pointGone('daily', point)
      }
      await user.sweep('daily')
      assert.ok(disk.freeBytes > 19 * MIB, `${disk.freeBytes} bytes came free`)
      assert.equal(second.said.includes('"level":"error"'), false, second.said)
    })
  }

  test(`on ${kind} hundreds of points are deleted without a free byte for the catalog`, {
    skip,
  }, async () => {
    const folder = newFolder()
    using disk = new SmallDisk(kind, path.join(folder, 'data'), 80)
    // The store is elsewhere: nothing that is deleted makes room for the catalog.
    using _ = new SmallDisk('tmpfs', path.join(disk.folder, 'stores'), 80)
    await using server = await ServerProcess.start(folder)
    const { user, points } = await backedUp(server.url, folder, [MIB])
    const more: string[] = []
    for (let copies = 0; copies < 200; copies += 1) {
      more.push(await user.copy({ vault: 'daily', point: points[0] ?? '' }, user.vaultArn('daily')))
    }
    disk.fill()
    for (const point of more) await remove(user, point)
    for (const point of more) await user.pointGone('daily', point)
    await user.sweep('daily')
    await assert.rejects(user.createVault('another'), tellsDiskFull)
    disk.unfill()
    await user.restore(points[0] ?? '', path.join(folder, 'restored'))
    await user.createVault('another')
  })

  test(`on ${kind} a deletion is told to a store that was full when it has room`, {
    skip,
  }, async () => {
    const folder = newFolder()
    const root = path.join(folder, 'data/stores', HERE)
    mkdirSync(root, { recursive: true, mode: 0o700 })
    using disk = new SmallDisk(kind, root, 40)
    await using server = await ServerProcess.start(folder)
    const { user, resource, points } = await backedUp(server.url, folder, [8 * MIB, 8 * MIB])
    const facts = () =>
      readdirSync(root, { recursive: true }).filter((name) => /facts\/[0-9]+$/.test(String(name)))
    await until(async () => (isAllTold(path.join(folder, 'data')) ? true : undefined))
    disk.fill()
    const before = facts().length
    const job = await user.startBackup('daily', resource)
    await waits(user, job, /^Waiting: the disk of the store of eu-west-1 is nearly full: /)
    const elsewhere = new User(server.url, THERE)
    await elsewhere.createVault('daily')
    await remove(user, points[0] ?? '')
    await user.pointGone('daily', points[0] ?? '')
    await until(async () => (facts().length > before ? true : undefined))
    // What waited goes on by itself: there is room.
    assert.equal((await user.backupEnd(job)).State, 'COMPLETED')
  })
}
