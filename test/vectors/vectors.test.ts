// The format stays what docs/format.md says: the vectors are made anew and compared byte for byte,
// and a reader that shares no code with ours restores them.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { blake3 } from '@napi-rs/blake-hash'
import {
  APART,
  APART_POINT,
  COMPACTED,
  expectedOf,
  FACTS,
  makeVectors,
  POINTS,
  VAULT,
  VECTORS,
} from './make.ts'

const READER = path.join(import.meta.dirname, '..', 'reader', 'independent-reader.mjs')

test('the vectors made anew are the vectors, byte for byte', async () => {
  await inFolder(async (folder) => {
    await makeVectors(folder)
    const made = filesBelow(folder)
    const kept = filesBelow(VECTORS)
    kept.delete('zstd-version')
    const zstd = fs.readFileSync(path.join(VECTORS, 'zstd-version'), 'utf8').trim()
    if (zstd === process.versions.zstd) {
      assert.deepEqual([...made.keys()], [...kept.keys()])
      for (const [name, bytes] of made) {
        assert.ok(bytes.equals(kept.get(name) ?? Buffer.alloc(0)), `${name} differs`)
      }
    }
    // Another zstd may compress differently; what it made must read all the same.
    for (const n of ALL) restoreAndCompare(folder, n)
  })
})

test('the independent reader restores the vectors from store and keyring alone', () => {
  for (const n of ALL) restoreAndCompare(VECTORS, n)
})

test('the independent reader refuses a vector with one byte changed', async () => {
  await inFolder(async (folder) => {
    fs.cpSync(VECTORS, folder, { recursive: true })
    const packs = [...filesBelow(folder).keys()].filter((name) => name.includes('/packs/'))
    const pack = path.join(folder, packs[0] ?? '')
    const bytes = fs.readFileSync(pack)
    bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
    fs.chmodSync(pack, 0o600)
    fs.writeFileSync(pack, bytes)
    const runs = ([0, 1] as const).map((n) => {
      try {
        read(folder, n, path.join(folder, `restored ${n}`), 'ignore')
        return 'restored'
      } catch {
        return 'refused'
      }
    })
    assert.ok(runs.includes('refused'))
  })
})

test('the independent reader reads the facts, in their order', () => {
  const places = [path.join(VECTORS, 'store'), path.join(VECTORS, 'keyring'), VAULT, 'facts']
  const told = execFileSync(process.execPath, [READER, ...places], { encoding: 'utf8' })
  const kept = fs.readFileSync(path.join(VECTORS, 'facts.json'), 'utf8')
  assert.deepEqual(JSON.parse(told), JSON.parse(kept))
  assert.deepEqual(JSON.parse(kept), FACTS)
})

test('the independent reader reads the maps of the vault with the re-encrypted copy', () => {
  const places = [path.join(VECTORS, 'store'), path.join(VECTORS, 'keyring'), APART, 'maps']
  const told = execFileSync(process.execPath, [READER, ...places], { encoding: 'utf8' })
  const kept = fs.readFileSync(path.join(VECTORS, 'maps.json'), 'utf8')
  assert.deepEqual(JSON.parse(told), JSON.parse(kept))
  assert.ok((JSON.parse(kept) as unknown[]).length >= 2)
})

/** The points of the first vault, the copy of the first of them, and the second one compacted. */
type Which = 0 | 1 | 'apart' | 'compacted'
const ALL = [0, 1, 'apart', 'compacted'] as const
const PLACES = {
  0: [VAULT, POINTS[0]],
  1: [VAULT, POINTS[1]],
  apart: [APART, APART_POINT],
  compacted: [COMPACTED, POINTS[1]],
} as const

function read(folder: string, n: Which, target: string, stderr: 'inherit' | 'ignore'): void {
  const places = [path.join(folder, 'store'), path.join(folder, 'keyring'), ...PLACES[n]]
  const stdio = ['ignore', 'ignore', stderr] as const
  execFileSync(process.execPath, [READER, ...places, target], { stdio: [...stdio] })
}

function restoreAndCompare(folder: string, which: Which): void {
  const n = which === 'apart' ? 0 : which === 'compacted' ? 1 : which
  const listing = fs.readFileSync(path.join(folder, `${POINTS[n]}.json`), 'utf8')
  const expected = JSON.parse(listing) as ReturnType<typeof expectedOf>
  assert.deepEqual(expected, expectedOf(n))
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-reader-'))
  try {
    read(folder, which, target, 'inherit')
    for (const entry of expected) assertRestored(target, entry)
  } finally {
    fs.rmSync(target, { recursive: true })
  }
}

function assertRestored(target: string, entry: ReturnType<typeof expectedOf>[number]): void {
  const name = Buffer.from(entry.path, 'hex')
  const at = Buffer.concat([Buffer.from(`${target}/`), name])
  const facts = fs.lstatSync(at)
  const said = `entry ${name.toString('latin1')}`
  if (entry.kind === 'symlink') {
    assert.equal(fs.readlinkSync(at, 'buffer').toString('hex'), entry.target, said)
    return
  }
  if (entry.kind === 'hardlink') {
    const first = Buffer.concat([Buffer.from(`${target}/`), Buffer.from(entry.target ?? '', 'hex')])
    assert.equal(facts.ino, fs.lstatSync(first).ino, said)
    return
  }
  assert.equal(facts.isDirectory(), entry.kind === 'directory', said)
  assert.equal(facts.mode & 0o7777, entry.mode, said)
  assert.ok(Math.abs(facts.mtimeMs - Number(BigInt(entry.mtimeNs) / 1000n) / 1000) < 0.01, said)
  if (entry.kind !== 'file') return
  assert.equal(facts.size, entry.sizeBytes, said)
  assert.equal(blake3(fs.readFileSync(at)).toString('hex'), entry.blake3, said)
}

function filesBelow(folder: string): Map<string, Buffer> {
  const names = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
  return new Map(names.map((name) => [name, fs.readFileSync(path.join(folder, name))]))
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-vectors-'))
  try {
    await work(folder)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}
