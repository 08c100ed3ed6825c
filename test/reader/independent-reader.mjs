// Restores a recovery point from a store folder and a keyring folder and nothing else, by
// docs/format.md alone: shares no code with src/. For proof, not for speed: it reads whole packs.
//   node independent-reader.mjs STORE KEYRING VAULT-ID POINT-ID TARGET
// or prints what a vault's fact records tell, in their order, as JSON:
//   node independent-reader.mjs STORE KEYRING VAULT-ID facts
// or what its maps say, as JSON:
//   node independent-reader.mjs STORE KEYRING VAULT-ID maps

import { createDecipheriv } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { Blake3Hasher, blake3 } from '@napi-rs/blake-hash'

const [store, keyring, vaultId, pointId, target] = process.argv.slice(2)
if (!target && pointId !== 'facts' && pointId !== 'maps')
  fail('needs STORE KEYRING VAULT-ID POINT-ID TARGET')

function fail(reason) {
  process.stderr.write(`independent-reader: ${reason}\n`)
  process.exit(1)
}
const check = (right, reason) => right || fail(reason)

function gcm(key, nonce, sealed, associated) {
  const open = createDecipheriv('aes-256-gcm', key, nonce)
  open.setAAD(associated).setAuthTag(sealed.subarray(-16))
  return Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()])
}
function unwrap(key, wrapped) {
  const open = createDecipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6))
  return Buffer.concat([open.update(wrapped), open.final()])
}
const u64 = (value) => {
  const b = Buffer.alloc(8)
  b.writeBigUInt64LE(value)
  return b
}
const nonceOf = (ordinal) => Buffer.concat([Buffer.alloc(4), u64(ordinal)])
const TABLE = 0xffffffffffffffffn

function reader(bytes) {
  let at = 0
  const take = (count) => {
    at += count
    return bytes.subarray(at - count, at)
  }
  const uvarint = () => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = take(1)[0]
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(value)
    }
  }
  const signed = () => {
    const v = BigInt(uvarint())
    return v & 1n ? -((v + 1n) >> 1n) : v >> 1n
  }
  const time = () => signed() * 1_000_000_000n + BigInt(uvarint())
  return {
    take,
    uvarint,
    time,
    u8: () => take(1)[0],
    sized: () => take(uvarint()),
    left: () => bytes.length - at,
  }
}

// A vault key: under the key that the object's header names, or, where that key is gone, under the
// one that the newest vault record names for its version.
function vaultKeyOf({ keyVersion, keyArn, wrappedVaultKey }) {
  const folder = path.join(store, vaultId, 'vault')
  const newest = fs.existsSync(folder) ? fs.readdirSync(folder).sort().at(-1) : undefined
  const [line] = newest ? fs.readFileSync(path.join(folder, newest), 'utf8').split('\n') : ['{}']
  const kept = JSON.parse(line).wrappedVaultKeys?.find(({ version }) => version === keyVersion)
  const tried = [{ keyArn, wrapped: wrappedVaultKey }, ...(kept ? [kept] : [])]
  const usable = tried.find((each) => fs.existsSync(keyFileOf(each.keyArn)))
  check(usable, `no key of version ${keyVersion} is in the keyring`)
  const wrapped = Buffer.from(usable.wrapped, 'base64')
  const context = { 'copyhold:key-version': String(keyVersion), 'copyhold:vault': vaultId }
  const { key } = JSON.parse(fs.readFileSync(keyFileOf(usable.keyArn)))
  return gcm(
    Buffer.from(key, 'base64'),
    wrapped.subarray(1, 13),
    wrapped.subarray(13),
    Buffer.from(JSON.stringify(context)),
  )
}
function keyFileOf(arn) {
  const [, region, account, keyId] = /^arn:[^:]*:kms:([^:]*):([^:]*):key\/(.*)$/.exec(arn)
  return path.join(keyring, account, region, `${keyId}.json`)
}

// A sealed object: header, vault key from the keyring, the object's own key, body.
function openObject(file, magic, keyMember) {
  const bytes = fs.readFileSync(file)
  check(bytes.subarray(0, 8).equals(Buffer.from(magic)), `${file} does not begin with ${magic}`)
  const bodyAt = 12 + bytes.readUInt32LE(8)
  const header = JSON.parse(bytes.subarray(12, bodyAt))
  const isKnown = (feature) => ['policy', 'copyMode', 'lock'].includes(feature)
  check(header.format === 1 && header.incompatible.every(isKnown), 'needs a newer reader')
  check(header.vaultId === vaultId, 'of another vault')
  const vaultKey = vaultKeyOf(header)
  const key = unwrap(vaultKey, Buffer.from(header[keyMember], 'base64'))
  const plain = gcm(key, Buffer.alloc(12), bytes.subarray(bodyAt), bytes.subarray(0, bodyAt))
  return { header, plain }
}

// The facts: records in order of number, beginning with the last that tells everything anew.
if (pointId === 'facts') {
  const folder = path.join(store, vaultId, 'facts')
  const records = fs
    .readdirSync(folder)
    .sort()
    .map((name) => {
      check(/^[0-9]{12}$/.test(name), `${name} is no fact record`)
      const { header, plain } = openObject(path.join(folder, name), 'CHFACTS1', 'wrappedFactKey')
      check(header.number === Number(name), 'a fact record of another number')
      check(header.replaces < header.number, 'replaces other records than those before it')
      return { ...header, facts: JSON.parse(plain).facts }
    })
  const replaced = Math.max(0, ...records.map((record) => record.replaces))
  const counting = records.filter((record) => record.number > replaced)
  for (const [at, { number }] of counting.entries()) {
    check(number === replaced + 1 + at, `fact record ${replaced + 1 + at} is missing`)
  }
  const told = counting.flatMap((record) => record.facts)
  process.stdout.write(`${JSON.stringify(told)}\n`)
  process.exit()
}

// The maps: packs, then which of them hold the chunks of which others.
if (pointId === 'maps') {
  const folder = path.join(store, vaultId, 'maps')
  const told = fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    check(blake3(fs.readFileSync(file)).toString('hex') === name, `${name} is not its hash`)
    const body = reader(openObject(file, 'CHREMAP1', 'wrappedMapKey').plain)
    const packs = Array.from({ length: body.uvarint() }, () => {
      const pack = { name: body.take(32).toString('hex'), size: body.uvarint(), key: undefined }
      if (body.u8() === 1) {
        body.take(4)
        pack.key = body.take(32)
      }
      return pack
    })
    const mappings = Array.from({ length: body.uvarint() }, () => {
      const from = packs[body.uvarint()].name
      const isWhole = body.u8() === 1
      const to = Array.from({ length: body.uvarint() }, () => packs[body.uvarint()])
      check(
        to.every(({ key }) => key !== undefined),
        'maps to a pack without its key',
      )
      return { from, isWhole, to: to.map(({ name }) => name) }
    })
    check(body.left() === 0, 'a map has bytes too many')
    return mappings
  })
  process.stdout.write(`${JSON.stringify(told)}\n`)
  process.exit()
}

// The manifest: sealed again, it is the highest number in a folder beside the first one.
const first = path.join(store, vaultId, 'points', pointId)
const again = `${first}.resealed`
const generation = fs.existsSync(again) ? Math.max(...fs.readdirSync(again).map(Number)) : 1
const manifest = openObject(
  generation === 1 ? first : path.join(again, String(generation).padStart(8, '0')),
  'CHPOINT1',
  'wrappedManifestKey',
)
check(manifest.header.pointId === pointId, 'the manifest of another point')
check((manifest.header.generation ?? 1) === generation, 'the manifest of another generation')
const body = reader(manifest.plain)
body.sized() // the point's facts
const packs = Array.from({ length: body.uvarint() }, () => ({
  name: body.take(32).toString('hex'),
  sizeBytes: body.uvarint(),
  crc32: body.take(4).readUInt32LE(),
  key: body.take(32),
  commitment: body.take(32),
  usedBytes: body.uvarint(),
}))
const blocks = Array.from({ length: body.uvarint() }, () => ({
  id: body.take(32).toString('hex'),
  pack: body.uvarint(),
  ordinal: body.uvarint(),
  offset: body.uvarint(),
  stored: body.uvarint(),
  plain: body.uvarint(),
  encoding: body.u8(),
}))
check(body.left() === 0, 'the manifest has bytes too many')

// The packs' tables: where each chunk lies.
const chunks = new Map()
const fileOf = ({ name }) =>
  fs.readFileSync(path.join(store, vaultId, 'packs', name.slice(0, 2), name))
for (const pack of packs) {
  const bytes = fileOf(pack)
  check(
    blake3(bytes).toString('hex') === pack.name && bytes.length === pack.sizeBytes,
    `pack ${pack.name} is damaged`,
  )
  const trailer = bytes.subarray(-40)
  const commitment = Blake3Hasher.deriveKey('copyhold 2026 format 1 pack key commitment', pack.key)
  check(
    commitment.equals(trailer.subarray(4, 36)) && commitment.equals(pack.commitment),
    'another key was committed to',
  )
  const tableAt = bytes.length - 40 - trailer.readUInt32LE(0)
  const table = reader(
    gcm(
      pack.key,
      nonceOf(TABLE),
      bytes.subarray(tableAt, -40),
      Buffer.concat([bytes.subarray(0, 24), u64(TABLE)]),
    ),
  )
  for (let ordinal = 0, offset = 24, count = table.uvarint(); ordinal < count; ordinal++) {
    const id = table.take(32)
    const chunk = {
      id,
      pack,
      ordinal,
      offset,
      stored: table.uvarint(),
      plain: table.uvarint(),
      encoding: table.u8(),
    }
    if (!chunks.has(id.toString('hex'))) chunks.set(id.toString('hex'), chunk)
    offset += chunk.stored
  }
}
let last = { id: undefined, plain: undefined }
function plainOf(id) {
  if (last.id === id) return last.plain
  const chunk = chunks.get(id) ?? fail(`no pack has chunk ${id}`)
  const sealed = fileOf(chunk.pack).subarray(chunk.offset, chunk.offset + chunk.stored)
  const associated = Buffer.concat([
    Buffer.from('CHPK\x01\x00'),
    u64(BigInt(chunk.ordinal)),
    chunk.id,
  ])
  const stored = gcm(chunk.pack.key, nonceOf(BigInt(chunk.ordinal)), sealed, associated)
  const plain = chunk.encoding === 1 ? zstdDecompressSync(stored) : stored
  check(plain.length === chunk.plain, 'a chunk has another length than announced')
  last = { id, plain }
  return plain
}

// The entries, in order; folders' times last, because what is put into a folder changes them.
const later = []
let file
for (const block of blocks) {
  const records = reader(plainOf(block.id))
  const dictionary = Array.from({ length: records.uvarint() }, () =>
    records.take(32).toString('hex'),
  )
  let last = Buffer.alloc(0)
  while (records.left() > 0) {
    const kind = records.u8()
    if (kind < 4) {
      last = Buffer.concat([last.subarray(0, records.uvarint()), records.sized()])
      const parts = last.toString('latin1').split('/')
      check(
        last.length === 0 || parts.every((part) => part !== '' && part !== '.' && part !== '..'),
        'an unsafe path',
      )
      const at = Buffer.concat([Buffer.from(`${target}/`), last])
      const [mode, uid, gid, mtimeNs] = [
        records.uvarint(),
        records.uvarint(),
        records.uvarint(),
        records.time(),
      ]
      file = { at, mode, uid, gid, seconds: Number(mtimeNs) / 1e9, offset: 0 }
      if (kind === 0) fs.mkdirSync(at, { recursive: true })
      if (kind === 2) fs.symlinkSync(records.sized(), at)
      if (kind === 3) fs.linkSync(Buffer.concat([Buffer.from(`${target}/`), records.sized()]), at)
      if (kind === 1) {
        file.size = records.uvarint()
        if (records.u8() === 1) {
          records.take(16)
          records.time()
        } // device, inode, ctime
        fs.writeFileSync(at, '')
        fs.truncateSync(at, file.size)
      }
      if (kind < 2) later.push(file)
    }
    if (kind !== 1 && kind !== 4) continue
    const out = fs.openSync(file.at, 'r+')
    for (let extents = records.uvarint(); extents > 0; extents--) {
      const reference = records.uvarint()
      const from = reference === 0 ? 0 : records.uvarint()
      const length = records.uvarint()
      if (reference > 0) {
        const plain = plainOf(dictionary[reference - 1])
        check(from + length <= plain.length, 'an extent beyond its chunk')
        fs.writeSync(out, plain, from, length, file.offset)
      }
      file.offset += length
    }
    fs.closeSync(out)
  }
}
for (const { at, mode, uid, gid, seconds } of later.reverse()) {
  if (process.getuid() === 0) fs.chownSync(at, uid, gid)
  fs.chmodSync(at, mode)
  fs.utimesSync(at, seconds, seconds)
}
