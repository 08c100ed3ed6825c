// A map to the byte: which packs of this vault hold the chunks of which others, under keys of their
// own. A short cut for copies, never a truth: who follows one asks the catalog whether the packs
// it names are live. docs/format.md, "Maps", is its prose.

import { type PackName, parsePackName } from '../model/index.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { asBuffer, copyOf, ID_BYTES } from './hashing.ts'
import { PACK_BYTES_MAX, PACK_BYTES_MIN } from './pack-format.ts'
import { packRefOf } from './pack-ref.ts'
import type { PackRef } from './point-manifest.ts'
import { KEY_BYTES } from './sealing.ts'

/** So many mappings, with the packs they name, are far below the largest map. */
export const MAPPINGS_MAX = 65_536
/** Packs that the chunks of one pack went to. */
const TARGETS_MAX = 1024
const PACKS_MAX = 4 * MAPPINGS_MAX
/** Name, size and whether its key is told. */
const PACK_BYTES_LEAST = ID_BYTES + 2
const MAPPING_BYTES_LEAST = 4

/** A pack whose chunks were put anew: of this vault, of another, or gone. */
export interface MappedPack {
  readonly name: PackName
  readonly sizeBytes: number
  /**
   * How it is opened. Told of packs that this vault had; never of those that were re-encrypted,
   * whose keys this vault is not to know.
   */
  readonly ref?: PackRef
}

/** Where the chunks of one pack lie in this vault. */
export interface PackMapping {
  readonly from: MappedPack
  /** Every chunk of `from` is in `to`; else only those that were wanted when it was written. */
  readonly isWhole: boolean
  /** Packs of this vault; their used bytes are 0 here. Which chunks they hold their tables say. */
  readonly to: readonly PackRef[]
}

/** A map's plaintext. */
export function writeMap(mappings: readonly PackMapping[]): Uint8Array {
  if (mappings.length > MAPPINGS_MAX) throw new Error('too many mappings for one map')
  const packs = new Map<PackName, MappedPack>()
  const rows = new Map<PackName, number>()
  const add = (pack: MappedPack) => {
    if (!rows.has(pack.name)) rows.set(pack.name, rows.size)
    // Told with its key by one mapping, it is told with its key.
    if (!packs.get(pack.name)?.ref) packs.set(pack.name, pack)
  }
  for (const { from, to } of mappings) {
    add(from)
    for (const ref of to) add({ ...ref, ref })
  }
  const body = new ByteWriter(64 * 1024)
  body.uvarint(packs.size)
  for (const pack of packs.values()) writePack(body, pack)
  body.uvarint(mappings.length)
  for (const { from, isWhole, to } of mappings) {
    body.uvarint(rows.get(from.name) as number)
    body.u8(isWhole ? 1 : 0)
    body.uvarint(to.length)
    for (const ref of to) body.uvarint(rows.get(ref.name) as number)
  }
  return body.bytes()
}

/** The mappings out of a map's plaintext; throws VaultDamaged. */
export function readMap(plain: Uint8Array, object: string): PackMapping[] {
  const reader = new ByteReader(plain, object)
  const packCount = reader.uvarint(Math.min(PACKS_MAX, reader.left / PACK_BYTES_LEAST))
  const packs: MappedPack[] = []
  for (let i = 0; i < packCount; i++) packs.push(readPack(reader))
  const count = reader.uvarint(Math.min(MAPPINGS_MAX, reader.left / MAPPING_BYTES_LEAST))
  const mappings: PackMapping[] = []
  for (let i = 0; i < count; i++) {
    const from = packs[reader.uvarint(packCount)] ?? reader.fail('maps a pack it does not name')
    const isWhole = readFlag(reader)
    mappings.push({ from, isWhole, to: readTargets(reader, packs) })
  }
  reader.end()
  return mappings
}

function writePack(body: ByteWriter, { name, sizeBytes, ref }: MappedPack): void {
  body.raw(Buffer.from(name, 'hex'))
  body.uvarint(sizeBytes)
  body.u8(ref ? 1 : 0)
  if (ref === undefined) return
  body.u32(ref.crc32)
  body.raw(ref.dataKey)
}

function readPack(reader: ByteReader): MappedPack {
  const name = parsePackName(asBuffer(reader.raw(ID_BYTES)).toString('hex'))
  const sizeBytes = reader.uvarint(PACK_BYTES_MAX)
  if (sizeBytes < PACK_BYTES_MIN) reader.fail('names a pack that is too small')
  if (!readFlag(reader)) return { name, sizeBytes }
  const crc32 = reader.u32()
  const dataKey = copyOf(reader.raw(KEY_BYTES))
  return { name, sizeBytes, ref: packRefOf({ name, sizeBytes, crc32 }, dataKey) }
}

function readTargets(reader: ByteReader, packs: readonly MappedPack[]): PackRef[] {
  const count = reader.uvarint(Math.min(TARGETS_MAX, reader.left))
  if (count === 0) reader.fail('maps a pack to none')
  const to: PackRef[] = []
  for (let i = 0; i < count; i++) {
    const target = packs[reader.uvarint(packs.length)]
    to.push(target?.ref ?? reader.fail('maps a pack to one without its key'))
  }
  return to
}

function readFlag(reader: ByteReader): boolean {
  const flag = reader.u8()
  if (flag > 1) reader.fail('has a flag that is neither 0 nor 1')
  return flag === 1
}
