// The order in which bytes and folders become durable, seen on a simulated disk.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimDisk } from '../../test/sim/disk.ts'
import { diskTrouble, openDurableFolders, writeDurably } from './index.ts'

test('folders are durable up to the root after one sync, each synced once', async () => {
  const disk = new SimDisk()
  const folders = await openDurableFolders(disk, '/data/root')
  await folders.ensure('/data/root/a/b')
  await folders.ensure('/data/root/a/c')
  const before = disk.calls.length
  await folders.sync(['/data/root/a/b', '/data/root/a/c', '/data/root/a/b'])
  const wanted = ['', '/a', '/a/b', '/a/c'].map((each) => `syncFolder /data/root${each}`)
  assert.deepEqual(disk.calls.slice(before).sort(), wanted)
  const left = ['/data/', '/data/root/', '/data/root/a/', '/data/root/a/b/', '/data/root/a/c/']
  assert.deepEqual(disk.afterPowerCut(1).tree(), left)
})

test('a root in a folder we may not open is good enough', async () => {
  const disk = new SimDisk()
  await disk.mkdir('/root')
  disk.failNext('syncFolder', 'EACCES')
  await openDurableFolders(disk, '/root')
  disk.failNext('syncFolder', 'EIO')
  await assert.rejects(openDurableFolders(disk, '/root'), /EIO/)
})

test('a write that fails leaves no file', async () => {
  for (const call of ['write', 'chmod', 'datasync', 'close'] as const) {
    const disk = new SimDisk()
    disk.failNext(call, 'EIO')
    const file = { path: '/file', bytes: new Uint8Array(9), mode: 0o400 }
    await assert.rejects(writeDurably(disk, file), /EIO/)
    assert.deepEqual(disk.tree(), [])
  }
})

test('system errors have a sentence, others are nobody’s trouble', () => {
  const full = Object.assign(new Error('x'), { code: 'ENOSPC', errno: -28 })
  assert.deepEqual(diskTrouble(full), { sentence: 'the file system is full', retryable: true })
  const wrong = Object.assign(new Error('x'), { code: 'ENOTDIR', errno: -20 })
  assert.equal(diskTrouble(wrong)?.retryable, false)
  const strange = Object.assign(new Error('x'), { code: 'ESTALE', errno: -116 })
  assert.equal(diskTrouble(strange)?.sentence, 'the file system answered ESTALE')
  const ours = Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(diskTrouble(ours), undefined)
})
