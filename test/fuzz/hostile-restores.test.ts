// Goal: a recovery point that is sealed as it must be, and whose entries were made by somebody who
// means harm, never makes a restore touch anything outside its target. Method: entry blocks, some
// made of hostile names and links by seeded dice and some changed bytes of an honest one, are put
// into a real pack under a real manifest, and restored by the real driver beside a folder that must
// stay as it is. A failure names its seed.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { openDirectoryDriver } from '../../src/drivers/index.ts'
import { Answer } from '../../src/model/index.ts'
import { ByteWriter } from '../../src/vault/byte-writer.ts'
import { keyedHash } from '../../src/vault/hashing.ts'
import { VaultDamaged } from '../../src/vault/index.ts'
import { PackBuilder } from '../../src/vault/pack-builder.ts'
import type { BlockRef } from '../../src/vault/point-manifest.ts'
import { packObject } from '../../src/vault/vault-files.ts'
import { FACTS, job, makeVault, point, type TestVault } from '../../src/vault/vault-world.suite.ts'
import { realTree, systemClock } from '../../src/world/index.ts'
import { type Dice, dice } from '../sim/dice.ts'
import { restoreRequest } from '../trees/memory-point.ts'
import { temporaryFolder } from '../trees/temporary-folder.ts'
import { mutated } from './mutate.ts'
import { samples } from './samples.ts'

const SEEDS = 400
const PACK_BYTES = 256 * 1024

const NAMES = ['a', 'A', 'b', '..', '.', '', 'lnk', 'x\0y', '\u00e9', 'e\u0301', '-', '~', 'con']
const TARGETS = ['..', '../outside', '../outside/secret', '/etc/passwd', 'a', 'lnk', 'lnk/secret']
const STAGING = '.copyhold-restore-5EC8E7B2-0F27-4B57-9E0C-3C3B3F8E9A11'

test('points of hostile names and links restore inside their target or not at all', async () => {
  let refused = 0
  for (let seed = 2; seed < SEEDS; seed += 1) {
    refused += (await staysInside(hostileBlock(dice(seed)), `seed ${seed}`)) ? 0 : 1
  }
  // Both happen: refusals of most, and restores of what happens to be harmless.
  assert.ok(refused > SEEDS / 4 && refused < SEEDS - 10, `${refused} of ${SEEDS} refused`)
})

test('points of honest entries changed in any way restore inside their target or not at all', async () => {
  const { block } = await samples()
  for (let seed = 2; seed < SEEDS / 2; seed += 1) {
    await staysInside(mutated(block, dice(seed), []), `seed ${seed}`)
  }
})

/** Whether it was restored; throws when anything outside changed. */
async function staysInside(block: Uint8Array, when: string): Promise<boolean> {
  using place = temporaryFolder()
  const outside = path.join(place.path, 'outside')
  fs.mkdirSync(outside)
  fs.writeFileSync(path.join(outside, 'secret'), 'secret', { mode: 0o600 })
  const before = pictureOf(place.path)
  const target = path.join(place.path, 'target')
  fs.mkdirSync(target)
  const isRestored = await restores(block, target, when)
  fs.rmSync(target, { recursive: true, force: true })
  assert.deepEqual(pictureOf(place.path), before, when)
  return isRestored
}

async function restores(block: Uint8Array, target: string, when: string): Promise<boolean> {
  const driver = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [] })
  try {
    const { vault } = await sealed(block)
    const manifest = await vault.readManifest(point(1))
    const reader = await vault.reader(manifest)
    await driver.restore({
      ...restoreRequest({ entries: [], contents: new Map() }, { target }),
      entries: () => vault.entries(manifest),
      content: (entry, write) => reader.content(entry, write),
    })
    return true
  } catch (error) {
    const isForeseen = error instanceof Answer || error instanceof VaultDamaged
    assert.ok(isForeseen, `${when}: ${error instanceof Error ? error.stack : error}`)
    return false
  }
}

/** A vault with a point whose one entry block is this, sealed under the right keys. */
async function sealed(block: Uint8Array): Promise<TestVault> {
  const made = await makeVault(1)
  const { vault, store, random } = made
  const id = keyedHash(vault.chunkingKey, block)
  const builder = new PackBuilder(new Uint8Array(PACK_BYTES), {
    domain: vault.domain,
    dataKey: random.bytes(32),
  })
  const of = { plainBytes: block.length, encoding: 'raw' as const }
  const lies = builder.add(id, block, of)
  const { ref, bytes } = builder.finish()
  await store.put(packObject(vault.vaultId, ref.name), bytes.slice())
  const entryBlock: BlockRef = { ...lies, chunk: id, pack: 0, plainBytes: block.length }
  const facts = { ...FACTS, logicalBytes: 1 }
  const draft = { pointId: point(1), jobId: job(1), fence: 1, facts }
  await vault.sealManifest({ ...draft, packs: [ref], entryBlocks: [entryBlock] }, random)
  return made
}

/** An entry block of a few entries, each of which may mean harm. */
function hostileBlock({ below }: Dice): Uint8Array {
  const pick = <T>(of: readonly T[]) => of[below(of.length)] as T
  const block = new ByteWriter(4096)
  block.uvarint(0)
  const text = (value: string) => block.sized(Buffer.from(value))
  const entry = (kind: number, name: string) => {
    block.u8(kind)
    block.uvarint(0)
    text(name)
    for (const number of [0o755, process.getuid?.() ?? 0, process.getgid?.() ?? 0]) {
      block.uvarint(number)
    }
    block.zigzag(1_600_000_000n)
    block.uvarint(0)
    if (kind === 2 || kind === 3) text(pick(TARGETS))
    if (kind === 1) for (const number of [0, 0, 0]) block.uvarint(number)
  }
  if (below(8) > 0) entry(0, '')
  const paths = Array.from({ length: 1 + below(4) }, () => {
    const parts = Array.from({ length: 1 + below(2) }, () => pick(NAMES))
    return pick(['', '', '', '/', `${STAGING}/`]) + parts.join('/')
  })
  // In order, as a reader wants them, more often than not: so that more than the order is tried.
  if (below(4) > 0) paths.sort()
  for (const each of paths) entry(below(4), each)
  return block.bytes()
}

/** Everything below a folder: kinds, contents, modes and how many names a file has. */
function pictureOf(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((found) => {
      const at = path.join(found.parentPath, found.name)
      const { mode, nlink, mtimeMs } = fs.lstatSync(at)
      const content = found.isFile() ? fs.readFileSync(at, 'utf8') : ''
      return `${at} ${mode} ${found.isFile() ? `${nlink} ${mtimeMs}` : ''} ${content}`
    })
    .sort()
}
