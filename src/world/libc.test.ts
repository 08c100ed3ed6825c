// The calls of the C library, made on real files.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { libc } from './libc.ts'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-libc-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

const calls = libc()
const MISSING = calls === undefined && 'the C library cannot be called here'
const MIB = 1024 * 1024

function made(name: string): { file: string; fd: number } & Disposable {
  const file = path.join(home, name)
  const fd = fs.openSync(file, 'w+')
  return { file, fd, [Symbol.dispose]: () => fs.closeSync(fd) }
}

const mtimeOf = (file: string) => fs.lstatSync(file, { bigint: true }).mtimeNs

test('the C library is there on Linux', { skip: process.platform !== 'linux' }, () => {
  assert.notEqual(calls, undefined)
})

test('times are set to the nanosecond, before 1970 and long after', { skip: MISSING }, () => {
  using at = made('times')
  for (const time of [1_234_567_890_123_456_789n, 0n, -1n, -1_500_000_000n, 999_999_999n]) {
    calls?.setTimes(at.fd, time)
    assert.equal(mtimeOf(at.file), time)
  }
})

test('a link has a time of its own, whatever bytes are in its name', { skip: MISSING }, () => {
  const link = Buffer.concat([Buffer.from(path.join(home, 'link-')), Buffer.from([0xff, 0xfe])])
  fs.symlinkSync('nowhere', link)
  calls?.setLinkTimes(link, 1_782_909_296_305_107_204n)
  assert.equal(fs.lstatSync(link, { bigint: true }).mtimeNs, 1_782_909_296_305_107_204n)
})

test('an error is like one of Node', { skip: MISSING }, () => {
  const nowhere = Buffer.from(path.join(home, 'nowhere'))
  assert.throws(() => calls?.setLinkTimes(nowhere, 0n), { code: 'ENOENT', syscall: 'utimensat' })
})

test('data is found between holes of terabytes', { skip: MISSING }, () => {
  using at = made('sparse')
  fs.ftruncateSync(at.fd, 4 * 1024 * 1024 * MIB)
  fs.writeSync(at.fd, 'data', 900_000 * MIB)
  assert.equal(calls?.nextData(at.fd, 0), 900_000 * MIB)
  assert.equal(calls?.nextHole(at.fd, 0), 0)
  const end = calls?.nextHole(at.fd, 900_000 * MIB) ?? 0
  assert.ok(end > 900_000 * MIB && end < 900_001 * MIB)
  assert.equal(calls?.nextData(at.fd, end), undefined)
})

test('a folder opens beneath another, and never outside of it', { skip: MISSING }, () => {
  const root = path.join(home, 'root')
  fs.mkdirSync(path.join(root, 'a', 'b'), { recursive: true })
  fs.symlinkSync('a/b', path.join(root, 'inside'))
  fs.symlinkSync('..', path.join(root, 'outside'))
  const fd = fs.openSync(root, 'r')
  try {
    const opened = calls?.openFolderBeneath(fd, Buffer.from('inside'))
    if (opened === undefined) return // A kernel before 5.6, or a jail that does not let it through.
    const there = fs.fstatSync(opened).ino
    calls?.close(opened)
    assert.equal(there, fs.statSync(path.join(root, 'a', 'b')).ino)
    for (const way of ['outside', '..', '/', 'outside/root']) {
      assert.throws(() => calls?.openFolderBeneath(fd, Buffer.from(way)), { code: 'EXDEV' })
    }
    assert.throws(() => calls?.openFolderBeneath(fd, Buffer.from('none')), { code: 'ENOENT' })
  } finally {
    fs.closeSync(fd)
  }
})

test('what is opened here is not handed to programs that are started', { skip: MISSING }, () => {
  const root = fs.openSync(home, 'r')
  const opened = calls?.openFolderBeneath(root, Buffer.from('.'))
  try {
    const seen = execFileSync('ls', ['-l', '/proc/self/fd']).toString()
    assert.doesNotMatch(seen, new RegExp(` ${opened} -> `))
  } finally {
    if (opened !== undefined) calls?.close(opened)
    fs.closeSync(root)
  }
})

test('it is there on other threads, too', { skip: MISSING }, async () => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'libc.ts'))
  const text = `import(${module}).then(({ libc }) =>
    require('node:worker_threads').parentPort.postMessage(libc() !== undefined))`
  const worker = new Worker(text, { eval: true })
  const there = await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  assert.equal(there, true)
  await worker.terminate()
})
