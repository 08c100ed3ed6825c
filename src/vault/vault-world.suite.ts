// What the vault's tests stand on: seeded randomness, a key service and a ledger in memory, vaults
// to write into, and trees of entries to write.

import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { blake3 } from '@napi-rs/blake-hash'
import type { KeyService } from '../keys/index.ts'
import {
  Answer,
  DeletionPermit,
  type Entry,
  type EntryFacts,
  type PackName,
  type PointId,
  parseJobId,
  parsePointId,
  parseVaultId,
  VaultDeletionPermit,
  type VaultId,
} from '../model/index.ts'
import {
  ObjectMissing,
  type ObjectName,
  type ObjectStore,
  ObjectTruncated,
  openMemoryStore,
} from '../store/index.ts'
import type { Random } from '../world/index.ts'
import type { PackLedger, PackRef, PointFacts, SourceContent, WriterLimits } from './index.ts'
import { createVaultFiles, type Manifest, type OpenVault, openVault } from './index.ts'
import type { OpenPacking } from './packing.ts'

/** Small thresholds, so that a test of a few kilobytes sees everything happen. */
export const SMALL: Partial<WriterLimits> = {
  packBytes: 64 * 1024,
  blockPackBytes: 64 * 1024,
  chunkMinBytes: 1024,
  chunkAverageBytes: 4096,
  chunkMaxBytes: 16 * 1024,
  ownChunkBytes: 8 * 1024,
  holeBytes: 8 * 1024,
  blockBytes: 2048,
}

export function seededRandom(seed: string): Random {
  let counter = 0
  const bytes = (count: number) => {
    const out = new Uint8Array(count)
    for (let at = 0; at < count; at += 32) {
      out.set(blake3(`${seed} ${counter++}`).subarray(0, count - at), at)
    }
    return out
  }
  return { bytes, uuid: () => uuidOf(Buffer.from(bytes(16)).toString('hex')) }
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const point = (n: number) => parsePointId(uuidOf(String(n).padStart(32, '0')))
export const job = (n: number) => parseJobId(uuidOf(String(n).padStart(32, 'A')))
export const vaultIdOf = (n: number) => parseVaultId(String(n).padStart(32, '0'))

/** Keys are made on demand and can be revoked. */
export function memoryKeys(): KeyService & { revoke(arn: string): void } {
  const revoked = new Set<string>()
  const keyOf = (arn: string) => {
    if (revoked.has(arn)) throw new Answer({ code: 'KeyUnusable', keyArn: arn, reason: 'revoked' })
    return blake3(`key of ${arn}`)
  }
  const aad = (context: object) => Buffer.from(JSON.stringify(context))
  return {
    revoke: (arn) => revoked.add(arn),
    ensureKey: async (arn) => void keyOf(arn),
    wrap: async (arn, key, context) => {
      const cipher = createCipheriv('aes-256-gcm', keyOf(arn), new Uint8Array(12)).setAAD(
        aad(context),
      )
      return Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()])
    },
    unwrap: async (arn, wrapped, context) => {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(arn), new Uint8Array(12))
      try {
        decipher.setAAD(aad(context)).setAuthTag(wrapped.subarray(32))
        return Buffer.concat([decipher.update(wrapped.subarray(0, 32)), decipher.final()])
      } catch (cause) {
        throw new Answer({ code: 'KeyUnusable', keyArn: arn, reason: 'damaged' }, { cause })
      }
    },
  }
}

/** A ledger that knows what is live and counts what it let be put. */
export function memoryLedger() {
  const live = new Map<PackName, Uint8Array | undefined>()
  const put: PackName[] = []
  const ledger: PackLedger = {
    claim: async (packs) => {
      const answers = packs.map(({ name }) => [name, live.has(name) ? 'live' : 'put'] as const)
      put.push(...answers.filter(([, word]) => word === 'put').map(([name]) => name))
      return new Map(answers)
    },
    arrived: async (packs) => {
      for (const pack of packs) live.set(pack.name, pack.sealedKey)
    },
    wait: async () => undefined,
  }
  return { ledger, live, put }
}

export interface TestVault {
  readonly vault: OpenVault
  readonly store: ObjectStore
  readonly keys: ReturnType<typeof memoryKeys>
  readonly random: Random
  readonly ledger: ReturnType<typeof memoryLedger>
}

export async function makeVault(
  n: number,
  options: {
    chunkingKey?: Uint8Array
    keyArn?: string
    seed?: string
    store?: ObjectStore
    packing?: OpenPacking
  } = {},
): Promise<TestVault> {
  const store = options.store ?? openMemoryStore()
  const keys = memoryKeys()
  const random = seededRandom(options.seed ?? `vault ${n}`)
  const keyArn = options.keyArn ?? `arn:aws:kms:eu-west-1:000000000000:key/${n}`
  const chunkingKey = options.chunkingKey ?? seededRandom('chunking key').bytes(32)
  const vaultId = vaultIdOf(n)
  await createVaultFiles({ store, vaultId, keys, keyArn, chunkingKey, random })
  return {
    vault: await openVault({ store, vaultId, keys, packing: options.packing }),
    store,
    keys,
    random,
    ledger: memoryLedger(),
  }
}

/** A node of a tree to be written: its content where it is a file. */
export interface TreeNode {
  readonly facts: EntryFacts
  readonly content?: Uint8Array
}

export function node(
  path: string,
  kind: EntryFacts['kind'],
  more: { content?: Uint8Array; target?: string; identity?: EntryFacts['identity'] } = {},
): TreeNode {
  const facts: EntryFacts = {
    path: Buffer.from(path),
    kind,
    mode: kind === 'directory' ? 0o755 : 0o644,
    uid: 1000,
    gid: 1000,
    mtimeNs: 1_700_000_000_123_456_789n,
    sizeBytes: more.content?.length ?? 0,
    ...(more.target !== undefined && { target: Buffer.from(more.target) }),
    ...(more.identity !== undefined && { identity: more.identity }),
  }
  return more.content === undefined ? { facts } : { facts, content: more.content }
}

export function sourceOf({ facts, content }: TreeNode): SourceContent {
  let at = 0
  const bytes = content ?? new Uint8Array()
  return {
    read: (into) => {
      const count = Math.min(into.length, bytes.length - at, 70_001)
      into.set(bytes.subarray(at, at + count))
      at += count
      return count
    },
    close: () => ({
      sizeBytes: bytes.length,
      mtimeNs: facts.mtimeNs,
      ...(facts.identity !== undefined && { identity: facts.identity }),
    }),
  }
}

export const FACTS: PointFacts = {
  resourceArn: 'arn:aws:elasticfilesystem:eu-west-1:000000000000:file-system/fs-0123456789abcdef0',
  resourceType: 'EFS',
  resourceName: 'a tree',
  createdAt: 1_700_000_000_000,
  backupSizeBytes: 1,
  driver: 'directory',
  entries: 1,
  logicalBytes: 1,
  warnings: ['one file vanished'],
}

/** Writes a tree as a point and seals it; entries whose node says so are taken over unread. */
export async function writePoint(
  { vault, random, ledger }: TestVault,
  tree: readonly TreeNode[],
  options: { n?: number; known?: readonly PackRef[]; limits?: Partial<WriterLimits> } = {},
) {
  await using writer = await vault.writer({
    known: options.known ?? [],
    ledger: ledger.ledger,
    random,
    limits: options.limits ?? SMALL,
  })
  for (const one of tree) {
    await writer.add(one.facts, one.facts.kind === 'file' ? sourceOf(one) : undefined)
  }
  const written = await writer.finish()
  const { packs, entryBlocks } = written
  const pointId = point(options.n ?? 1)
  const draft = { pointId, jobId: job(options.n ?? 1), fence: 1, facts: FACTS, packs, entryBlocks }
  await vault.sealManifest(draft, random)
  return { written, manifest: await vault.readManifest(pointId) }
}

export async function entriesOf(vault: OpenVault, manifest: Manifest): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of vault.entries(manifest)) entries.push(entry)
  return entries
}

/** Reads a point back and compares it with the tree it was written from. */
export async function assertHolds(
  vault: OpenVault,
  manifest: Manifest,
  tree: readonly TreeNode[],
): Promise<void> {
  const entries = await entriesOf(vault, manifest)
  const reader = await vault.reader(manifest)
  assert.equal(entries.length, tree.length)
  for (const [index, entry] of entries.entries()) {
    const { facts, content } = tree[index] as TreeNode
    const { extents: _, ...read } = entry
    assert.deepEqual(plainFacts(read), plainFacts(facts))
    if (content === undefined) continue
    const restored = new Uint8Array(content.length)
    await reader.content(entry, (bytes, offset) => void restored.set(bytes, offset))
    assert.equal(Buffer.compare(restored, content), 0, `content of ${Buffer.from(facts.path)}`)
  }
}

function plainFacts(facts: EntryFacts) {
  const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')
  return { ...facts, path: hex(facts.path), target: hex(facts.target) }
}

/** A store whose objects read altered; `undefined` makes one missing. */
export function altering(
  inner: ObjectStore,
  alter: (name: ObjectName, bytes: Uint8Array) => Uint8Array | undefined,
): ObjectStore {
  const read = async (name: ObjectName) => {
    const bytes = alter(name, await inner.get(name))
    if (bytes === undefined) throw new ObjectMissing(name)
    return bytes
  }
  return {
    put: (name, bytes, signal) => inner.put(name, bytes, signal),
    get: async (name, range) => {
      const bytes = await read(name)
      if (range === undefined) return bytes
      const end = range.offset + range.sizeBytes
      if (end <= bytes.length) return bytes.slice(range.offset, end)
      throw new ObjectTruncated(name, { wantedBytes: end, sizeBytes: bytes.length })
    },
    head: async (name) => {
      if ((await inner.head(name)) === undefined) return undefined
      const bytes = alter(name, await inner.get(name))
      return bytes && { sizeBytes: bytes.length }
    },
    list: (prefix, after) => inner.list(prefix, after),
    delete: (name) => inner.delete(name),
  }
}

/** Permits as the rules of the lock give them where nothing is locked. */
export const permit = (id: PointId) => DeletionPermit.ofMarked({ id, status: 'DELETING' })

export function vaultPermit(id: VaultId): VaultDeletionPermit {
  const given = VaultDeletionPermit.ofToldDeleted(id, { isDeleted: true })
  if (!given) throw new Error('no permit')
  return given
}
