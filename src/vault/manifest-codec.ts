// A manifest to the byte: a plain header that says which key opens it, and the sealed body. The
// header's words are believed only after the body's seal has proved them.

import type { JobId, PackName, PointId, VaultId } from '../model/index.ts'
import { BadId, parseJobId, parsePackName } from '../model/index.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer, commitmentOf, copyOf, ID_BYTES, sameBytes } from './hashing.ts'
import { readJson } from './json-record.ts'
import * as packs from './pack-format.ts'
import { readPointFacts } from './point-facts.ts'
import type { BlockRef, Manifest, ManifestDraft, PackRef } from './point-manifest.ts'
import {
  type ObjectKey,
  openBody,
  type SealingKey,
  sealObject,
  splitObject,
} from './sealed-object.ts'
import { KEY_BYTES, TAG_BYTES } from './sealing.ts'

const MAGIC = 'CHPOINT1'
const FACTS_BYTES_MAX = 1024 * 1024
/** 2 million packs are 64 TiB. */
const PACKS_MAX = 2 * 1024 * 1024
const BLOCKS_MAX = 4 * 1024 * 1024
const PACK_BYTES_LEAST = 3 * ID_BYTES + 4 + 2
const BLOCK_BYTES_LEAST = ID_BYTES + 6
/** What is usually enough, so that the body of a great point does not grow by being copied. */
const FACTS_ROOM = 16 * 1024
const PACK_ROOM = PACK_BYTES_LEAST + 8
const BLOCK_ROOM = BLOCK_BYTES_LEAST + 16

/** What a manifest says of itself before it is opened. */
export interface ManifestHeader extends ObjectKey {
  readonly pointId: string
  readonly jobId: string
  readonly fence: number
  readonly generation: number
  readonly wrappedManifestKey: Uint8Array
}

export interface SplitManifest {
  readonly header: ManifestHeader
  /** Everything before the body: what the body is bound to. */
  readonly associated: Uint8Array
  readonly body: Uint8Array
}

/** The whole object. `manifestKey` must be fresh: it seals this one body, under nonce 0. */
export function writeManifest(
  draft: ManifestDraft & { readonly generation: number },
  sealing: SealingKey,
  manifestKey: Uint8Array,
): Uint8Array {
  const { pointId, jobId, fence, generation } = draft
  return sealObject({
    magic: MAGIC,
    about: { pointId, jobId, fence, ...(generation > 1 ? { generation } : {}) },
    plain: writeBody(draft),
    sealing,
    keyMember: 'wrappedManifestKey',
    key: manifestKey,
  })
}

/** Takes a manifest apart and checks that this version may read it; proves nothing yet. */
export function splitManifest(bytes: Uint8Array, object: string): SplitManifest {
  const { json, key, associated, body } = splitObject(bytes, {
    object,
    magic: MAGIC,
    what: 'manifest',
  })
  const header = {
    ...key,
    pointId: json.text('pointId'),
    jobId: json.text('jobId'),
    fence: json.count('fence'),
    generation: json.has('generation') ? json.count('generation') : 1,
    wrappedManifestKey: json.base64('wrappedManifestKey'),
  }
  return { header, associated, body }
}

/** The manifest, proved; throws VaultDamaged unless it is the one asked for. */
export function openManifest(
  split: SplitManifest,
  asked: {
    vaultId: VaultId
    pointId: PointId
    generation: number
    vaultKey: Uint8Array
    object: string
  },
): Manifest {
  const { header } = split
  const { object, vaultKey } = asked
  if (header.vaultId !== asked.vaultId || header.pointId !== asked.pointId) {
    throw new VaultDamaged(object, 'is the manifest of another vault or point')
  }
  if (header.generation !== asked.generation) {
    throw new VaultDamaged(object, `is generation ${header.generation} of its manifest`)
  }
  const plain = openBody(split, { vaultKey, wrappedKey: header.wrappedManifestKey, object })
  return {
    pointId: asked.pointId,
    jobId: jobIdOf(header.jobId, object),
    fence: header.fence,
    generation: header.generation,
    keyVersion: header.keyVersion,
    keyArn: header.keyArn,
    ...readBody(plain, object),
  }
}

function writeBody(draft: ManifestDraft): Uint8Array {
  const { packs: refs, entryBlocks } = draft
  const room = FACTS_ROOM + refs.length * PACK_ROOM + entryBlocks.length * BLOCK_ROOM
  const body = new ByteWriter(room)
  body.sized(new TextEncoder().encode(JSON.stringify(draft.facts)))
  body.uvarint(refs.length)
  for (const pack of refs) {
    body.raw(Buffer.from(pack.name, 'hex'))
    body.uvarint(pack.sizeBytes)
    body.u32(pack.crc32)
    body.raw(pack.dataKey)
    body.raw(commitmentOf(pack.dataKey))
    body.uvarint(pack.usedBytes)
  }
  body.uvarint(entryBlocks.length)
  for (const block of entryBlocks) {
    body.raw(block.chunk)
    body.uvarint(block.pack)
    body.uvarint(block.ordinal)
    body.uvarint(block.offset)
    body.uvarint(block.storedBytes)
    body.uvarint(block.plainBytes)
    body.u8(packs.encodingNumber(block.encoding))
  }
  return body.bytes()
}

/** The body's values out of its plaintext; exported for the tests that damage it. */
export function readBody(
  plain: Uint8Array,
  object: string,
): Pick<Manifest, 'facts' | 'packs' | 'entryBlocks'> {
  // Plain arrays also of a Buffer: what is kept of the body are views of it.
  const body = new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
  const reader = new ByteReader(body, object)
  const facts = readPointFacts(readJson(reader.sized(FACTS_BYTES_MAX), object))
  const packCount = reader.uvarint(Math.min(PACKS_MAX, reader.left / PACK_BYTES_LEAST))
  const refs: PackRef[] = []
  const seen = new Set<PackName>()
  for (let i = 0; i < packCount; i++) {
    const ref = readPackRef(reader)
    if (seen.has(ref.name)) reader.fail('names a pack twice')
    seen.add(ref.name)
    refs.push(ref)
  }
  const blockCount = reader.uvarint(Math.min(BLOCKS_MAX, reader.left / BLOCK_BYTES_LEAST))
  const entryBlocks: BlockRef[] = []
  for (let i = 0; i < blockCount; i++) entryBlocks.push(readBlockRef(reader, refs))
  reader.end()
  return { facts, packs: refs, entryBlocks }
}

function readPackRef(reader: ByteReader): PackRef {
  const name = parsePackName(asBuffer(reader.raw(ID_BYTES)).toString('hex'))
  const sizeBytes = reader.uvarint(packs.PACK_BYTES_MAX)
  if (sizeBytes < packs.PACK_BYTES_MIN) reader.fail('names a pack that is too small')
  const crc32 = reader.u32()
  // Views of the body: as arrays of their own, those of 65,536 packs take 40 MiB more.
  const dataKey = reader.raw(KEY_BYTES)
  const commitment = reader.raw(ID_BYTES)
  if (!sameBytes(commitment, commitmentOf(dataKey))) {
    reader.fail(`has a key of pack ${name} that is not the one committed to`)
  }
  return { name, sizeBytes, crc32, dataKey, usedBytes: reader.uvarint(sizeBytes) }
}

function readBlockRef(reader: ByteReader, refs: readonly PackRef[]): BlockRef {
  const chunk = copyOf(reader.raw(ID_BYTES))
  const pack = reader.uvarint(refs.length)
  const ref = refs[pack] ?? reader.fail('has an entry block in no pack')
  const ordinal = reader.uvarint(packs.PACK_CHUNKS_MAX)
  const offset = reader.uvarint(ref.sizeBytes)
  const storedBytes = reader.uvarint(packs.CHUNK_BYTES_MAX + TAG_BYTES)
  const plainBytes = reader.uvarint(packs.CHUNK_BYTES_MAX)
  const encoding = packs.readEncoding(reader)
  packs.checkLengths(reader, { storedBytes, plainBytes, encoding })
  if (offset < packs.HEADER_BYTES || offset + storedBytes > ref.sizeBytes) {
    reader.fail('has an entry block outside its pack')
  }
  return { chunk, pack, ordinal, offset, storedBytes, plainBytes, encoding }
}

function jobIdOf(text: string, object: string): JobId {
  try {
    return parseJobId(text)
  } catch (error) {
    if (!(error instanceof BadId)) throw error
    throw new VaultDamaged(object, 'names no job', { cause: error })
  }
}
