// Makes the test vectors: a small real vault with two recovery points and three records of facts,
// another vault with a copy of the first point under new data keys and the map it left, and one
// whose point was compacted, from a seeded Random and fixed times. `node test/vectors/make.ts`
// writes them anew; `vectors.test.ts` compares.

import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { blake3 } from '@napi-rs/blake-hash'
import { openKeyring } from '../../src/keys/index.ts'
import {
  type EntryFacts,
  type Fact,
  type JobId,
  type PackName,
  type PointId,
  parseAccountId,
  parseJobId,
  parsePointId,
  parseRegionName,
  parseVaultId,
} from '../../src/model/index.ts'
import { openDiskStore } from '../../src/store/index.ts'
import {
  createVaultFiles,
  deletePack,
  type Manifest,
  manifestObject,
  type OpenVault,
  openVault,
  type PackLedger,
  type PackMapping,
  relocate,
  repack,
  type SourceContent,
  SparseSurvey,
} from '../../src/vault/index.ts'
import { type Random, realDisk, systemRandom } from '../../src/world/index.ts'

export const VECTORS = path.join(import.meta.dirname, 'v1')
export const VAULT = parseVaultId('00112233445566778899aabbccddeeff')
export const POINTS = [
  parsePointId('11111111-1111-4111-8111-111111111111'),
  parsePointId('22222222-2222-4222-8222-222222222222'),
] as const
export const KEY_ARN =
  'arn:aws:kms:eu-west-1:123456789012:key/0f0e0d0c-0b0a-4908-8706-050403020100'

/** The vault of the copy, and the copy's point. */
export const APART = parseVaultId('ffeeddccbbaa99887766554433221100')
export const APART_POINT = parsePointId('33333333-3333-4333-8333-333333333333')
const APART_KEY_ARN =
  'arn:aws:kms:eu-central-1:123456789012:key/1f1e1d1c-1b1a-4918-9716-151413121110'

/** A vault whose second point was compacted. */
export const COMPACTED = parseVaultId('0123456789abcdef0123456789abcdef')

/** Small thresholds, so that a small vault has everything: several packs, chunks, blocks. */
const LIMITS = {
  packBytes: 40 * 1024,
  blockPackBytes: 40 * 1024,
  chunkMinBytes: 2048,
  chunkAverageBytes: 8192,
  chunkMaxBytes: 32 * 1024,
  ownChunkBytes: 16 * 1024,
  holeBytes: 64 * 1024,
  blockBytes: 2048,
}
const CREATED = 1_700_000_000_000
const MTIME = 1_600_000_000_123_456_789n
const RESOURCE_ARN =
  'arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0123456789abcdef0'

interface Expected {
  readonly path: string
  readonly kind: EntryFacts['kind']
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeNs: string
  readonly sizeBytes: number
  /** Links: the target's bytes in hexadecimal. Files: BLAKE3 of the content. */
  readonly target?: string
  readonly blake3?: string
}

type Item = [
  path: string,
  kind: EntryFacts['kind'],
  content?: Uint8Array | undefined,
  target?: string,
]

/** Bytes that look random and are always the same. */
function noise(seed: string, count: number): Uint8Array {
  const out = new Uint8Array(count)
  for (let at = 0; at < count; at += 32) {
    out.set(blake3(`${seed} ${at}`).subarray(0, count - at), at)
  }
  return out
}

function seeded(seed: string): Random {
  let counter = 0
  const bytes = (count: number) => noise(`${seed} ${counter++}`, count)
  return { bytes, uuid: () => systemRandom.uuid() }
}

function tree(point: 0 | 1): Item[] {
  const holey = new Uint8Array(150_000)
  holey.set(noise('holey', 3000), 140_000)
  const items: Item[] = [
    ['', 'directory'],
    ['docs', 'directory'],
    ['docs/empty', 'file', new Uint8Array()],
    ['docs/text', 'file', Buffer.from('The copy is independent of its source. '.repeat(400))],
    ['empty', 'directory'],
    ['holey', 'file', holey],
    ['large', 'file', noise('large', 60_000)],
    ['link', 'symlink', undefined, 'docs/text'],
    ['n\xe9 not UTF-8', 'file', Buffer.from('named in Latin-1\n')],
    ['second name', 'hardlink', undefined, 'docs/text'],
    ['small', 'directory'],
  ]
  for (let n = 0; n < 40; n++) {
    const changed = point === 1 && n === 20 ? ' changed' : ''
    const name = `small/${String(n).padStart(2, '0')}`
    items.push([name, 'file', noise(`small ${n}${changed}`, 100 + n * 37)])
  }
  items.push(['zeros', 'file', new Uint8Array(70_000)])
  return items
}

function factsOf([name, kind, content, target]: Item): EntryFacts {
  return {
    path: Buffer.from(name, 'latin1'),
    kind,
    mode: kind === 'directory' ? 0o755 : kind === 'symlink' ? 0o777 : 0o640,
    uid: 1000,
    gid: 100,
    mtimeNs: MTIME,
    sizeBytes: content?.length ?? 0,
    ...(target !== undefined && { target: Buffer.from(target) }),
  }
}

function sourceOf(content: Uint8Array): SourceContent {
  let at = 0
  return {
    read: (into) => {
      const count = Math.min(into.length, content.length - at)
      into.set(content.subarray(at, at + count))
      at += count
      return count
    },
    close: () => ({
      sizeBytes: content.length,
      mtimeNs: MTIME,
      identity: { device: 64_768n, inode: 4711n, ctimeNs: MTIME },
    }),
  }
}

export function expectedOf(point: 0 | 1): Expected[] {
  return tree(point).map((item) => {
    const { kind, mode, uid, gid, sizeBytes, target } = factsOf(item)
    const content = item[2]
    return {
      path: Buffer.from(item[0], 'latin1').toString('hex'),
      kind,
      mode,
      uid,
      gid,
      mtimeNs: String(MTIME),
      sizeBytes,
      ...(target !== undefined && { target: Buffer.from(target).toString('hex') }),
      ...(kind === 'file' && { blake3: blake3(content ?? new Uint8Array()).toString('hex') }),
    }
  })
}

/** What the vault's fact records tell, each in a record of its own. */
export const FACTS: readonly Fact[] = [
  {
    kind: 'vault',
    name: 'daily',
    arn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:daily',
    account: parseAccountId('123456789012'),
    region: parseRegionName('eu-west-1'),
    type: 'BACKUP_VAULT',
    keyArn: KEY_ARN,
    createdAt: CREATED - 1,
    creatorRequestId: 'once',
    tags: { team: 'ops' },
  },
  {
    kind: 'point',
    pointId: POINTS[0],
    arn: `arn:aws:backup:eu-west-1:123456789012:recovery-point:${POINTS[0]}`,
    status: 'COMPLETED',
    resourceArn: RESOURCE_ARN,
    resourceType: 'EFS',
    iamRoleArn: 'arn:aws:iam::123456789012:role/backup',
    createdAt: CREATED,
    initiatedAt: CREATED,
    completedAt: CREATED + 5000,
    backupSizeBytes: 400_000,
    lifecycle: { MoveToColdStorageAfterDays: 7, DeleteAfterDays: 120 },
    storageClass: 'WARM',
    keyArn: KEY_ARN,
    isParent: false,
    jobId: jobIdOf(0),
    restoreMetadata: {},
    tags: { stage: 'test' },
    resource: {
      region: parseRegionName('eu-west-1'),
      name: 'tree',
      driver: 'directory',
      path: '/srv/tree',
      createdAt: CREATED - 2,
    },
  },
  { kind: 'point deleted', pointId: POINTS[1] },
]

function jobIdOf(n: number): JobId {
  return parseJobId(`${String(n).repeat(8)}-AAAA-4AAA-8AAA-AAAAAAAAAAAA`)
}

function putAll(): PackLedger {
  return {
    claim: async (packs) => new Map(packs.map(({ name }): [PackName, 'put'] => [name, 'put'])),
    arrived: async () => undefined,
    wait: async () => undefined,
  }
}

/** Writes store, keyring and listings below `folder`; the same bytes every time. */
export async function makeVectors(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const random = seeded('vectors')
  const disk = realDisk
  const root = path.join(folder, 'store')
  const store = await openDiskStore({ root, disk, random: systemRandom })
  const keys = await openKeyring({ folder: path.join(folder, 'keyring'), disk, random })
  const place = { store, vaultId: VAULT, keys }
  const chunkingKey = random.bytes(32)
  await keys.ensureKey(KEY_ARN)
  await createVaultFiles({ ...place, keyArn: KEY_ARN, chunkingKey, random })
  const vault = await openVault(place)
  let parent: Manifest | undefined
  for (const n of [0, 1] as const) {
    parent = await writePoint(vault, { n, pointId: POINTS[n], parent, random })
    const pointId = POINTS[n]
    const listing = `${JSON.stringify(expectedOf(n), undefined, 1)}\n`
    await writeFile(path.join(folder, `${pointId}.json`), listing)
  }
  for (const [at, fact] of FACTS.entries()) {
    await vault.facts.write({ number: at + 1, replaces: 0, facts: [fact] }, random)
  }
  await writeFile(path.join(folder, 'facts.json'), `${JSON.stringify(FACTS, undefined, 1)}\n`)
  const apart = await copyApart(vault, { ...place, chunkingKey, random })
  await writeFile(path.join(folder, 'maps.json'), `${JSON.stringify(apart, undefined, 1)}\n`)
  await compacted({ ...place, chunkingKey, random })
}

/** Writes one of the trees as a point and seals it. */
async function writePoint(
  vault: OpenVault,
  of: { n: 0 | 1; pointId: PointId; parent: Manifest | undefined; random: Random },
): Promise<Manifest> {
  const { n, pointId, parent, random } = of
  const known = parent?.packs ?? []
  await using writer = await vault.writer({ known, ledger: putAll(), random, limits: LIMITS })
  for (const item of tree(n)) {
    const [, kind, content] = item
    await writer.add(factsOf(item), kind === 'file' && content ? sourceOf(content) : undefined)
  }
  const { packs, entryBlocks, entries, logicalBytes } = await writer.finish()
  const facts = {
    resourceArn: RESOURCE_ARN,
    resourceType: 'EFS',
    createdAt: CREATED + n,
    backupSizeBytes: logicalBytes,
    driver: 'directory',
    ...(parent !== undefined && { parent: parent.pointId }),
    entries,
    logicalBytes,
  }
  const jobId = jobIdOf(n)
  await vault.sealManifest({ pointId, jobId, fence: 1, facts, packs, entryBlocks }, random)
  return vault.readManifest(pointId)
}

/**
 * A vault where the second tree's point was left alone and what it used of the first one's packs
 * was brought together, pack by pack: of its manifest only the last generation is there.
 */
async function compacted(
  means: Pick<Parameters<typeof createVaultFiles>[0], 'store' | 'keys' | 'chunkingKey' | 'random'>,
): Promise<void> {
  const { random, store } = means
  const { signal } = new AbortController()
  await createVaultFiles({ ...means, vaultId: COMPACTED, keyArn: KEY_ARN })
  const vault = await openVault({ ...means, vaultId: COMPACTED })
  const none = { parent: undefined, random }
  const gone = await writePoint(vault, { n: 0, pointId: POINTS[0], ...none })
  let left = await writePoint(vault, { n: 1, pointId: POINTS[1], parent: gone, random })
  const work = { destination: vault, there: [], ledger: putAll(), random, signal }
  // One after another, so that the keys are drawn in the same order every time.
  for (const pack of gone.packs) {
    const survey = await SparseSurvey.open(vault, [pack], signal)
    await survey.look(left, signal)
    const gathered = await survey.gather([pack.name], { ...work, onProgress: () => undefined })
    await vault.maps.write(gathered.mappings, random)
    const places = gathered.placesOf(left)
    const generation = left.generation + 1
    if (places) left = await vault.resealManifest(left, { ...places, generation }, random)
    await deletePack({ store, vaultId: COMPACTED }, pack.name)
  }
  await vault.dropOlderManifests(left.pointId, left.generation)
  await store.delete(manifestObject(COMPACTED, gone.pointId))
}

/** Copies the first point into a vault of its own, under new keys; answers what its map says. */
async function copyApart(
  source: OpenVault,
  means: Pick<Parameters<typeof createVaultFiles>[0], 'store' | 'keys' | 'chunkingKey' | 'random'>,
) {
  const { random } = means
  await means.keys.ensureKey(APART_KEY_ARN)
  await createVaultFiles({ ...means, vaultId: APART, keyArn: APART_KEY_ARN })
  const vault = await openVault({ ...means, vaultId: APART })
  const manifest = await source.readManifest(POINTS[0])
  const mappings: PackMapping[] = []
  // One after another, so that the keys are drawn in the same order every time.
  for (const pack of manifest.packs) {
    const orders = [{ pack, holds: 'data' as const }]
    const work = { source, destination: vault, orders, ledger: putAll(), random }
    mappings.push(...(await repack(work)))
  }
  await vault.maps.write(mappings, random)
  const standIns = mappings.map(({ to }) => to)
  const { packs, entryBlocks } = await relocate(vault, manifest, standIns)
  const sourceVaultArn = 'arn:aws:backup:eu-west-1:123456789012:backup-vault:daily'
  const facts = { ...manifest.facts, sourceVaultArn }
  const seal = { pointId: APART_POINT, jobId: jobIdOf(2), fence: 1, facts, packs, entryBlocks }
  await vault.sealManifest(seal, random)
  return mappings.map(({ from, isWhole, to }) => {
    return { from: from.name, isWhole, to: to.map(({ name }) => name) }
  })
}

if (process.argv[1] === import.meta.filename) {
  await rm(VECTORS, { recursive: true, force: true })
  await makeVectors(VECTORS)
  await writeFile(path.join(VECTORS, 'zstd-version'), `${process.versions.zstd}\n`)
}
