// The local keyring on a real folder and on a simulated disk, through the suite; and what only a
// folder of keys can get wrong: modes, damage, two at once, death in the middle, talkative errors.

import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { seededRandom } from '../../test/sim/dice.ts'
import type { SimDisk } from '../../test/sim/disk.ts'
import { everyCrash } from '../../test/sim/every-crash.ts'
import { parseAccountId, parseRegionName, Trouble } from '../model/index.ts'
import { realDisk, systemRandom } from '../world/index.ts'
import { accountKeyArn, defaultKeyArn, type KeyService, openKeyring } from './index.ts'
import { ARN, KEY, testKeyService, unusable } from './key-service.suite.ts'

const scratch = fs.mkdtempSync(path.join(tmpdir(), 'copyhold-keys-'))
after(() => fs.rmSync(scratch, { recursive: true, force: true }))
const folderOf = new Map<KeyService, string>()
const FILE = path.join('123456789012', 'eu-west-1', `${ARN.split('/')[1]}.json`)

async function open(folder = path.join(scratch, `ring-${folderOf.size}`)): Promise<KeyService> {
  const service = await openKeyring({ folder, disk: realDisk, random: systemRandom })
  folderOf.set(service, folder)
  return service
}

const fileOf = (service: KeyService) => path.join(folderOf.get(service) ?? '', FILE)

function edit(file: string, change: (text: string) => string): void {
  fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')))
}

testKeyService('keyring', {
  open: () => open(),
  remove: async (service) => fs.rmSync(fileOf(service)),
  disable: async (service) => edit(fileOf(service), (text) => text.replace('enabled', 'disabled')),
})

test('a key file is readable by its owner alone and says whose key it is', async () => {
  const service = await open()
  await service.ensureKey(ARN)
  assert.equal(fs.statSync(fileOf(service)).mode & 0o7777, 0o600)
  assert.equal(fs.statSync(path.dirname(fileOf(service))).mode & 0o7777, 0o700)
  const fields = JSON.parse(fs.readFileSync(fileOf(service), 'utf8'))
  assert.deepEqual({ ...fields, key: '' }, { format: 1, arn: ARN, state: 'enabled', key: '' })
  assert.equal(Buffer.from(fields.key, 'base64').length, 32)
})

test('a key file open to others is refused, with the command that mends it', async () => {
  const service = await open()
  await service.ensureKey(ARN)
  const file = fileOf(service)
  fs.chmodSync(file, 0o640)
  const refused = (error: unknown) => {
    assert.ok(error instanceof Trouble)
    assert.match(error.message, /is open to others \(mode 0640\): run chmod 600 \/\S+\.json$/)
    assert.ok(error.message.includes(file))
    return true
  }
  await assert.rejects(service.wrap(ARN, KEY, {}), refused)
  await assert.rejects(service.ensureKey(ARN), refused)
  await assert.rejects(open(folderOf.get(service)), refused)
  fs.chmodSync(file, 0o600)
  assert.equal((await service.wrap(ARN, KEY, {})).byteLength, 61)
})

test('a key folder open to others is refused, too', async () => {
  const service = await open()
  await service.ensureKey(ARN)
  const folder = folderOf.get(service) ?? ''
  fs.chmodSync(folder, 0o755)
  await assert.rejects(open(folder), /key folder \S+ is open to others .*: run chmod 700 /)
})

test('a key file that belongs to somebody else is refused', async () => {
  const service = await open()
  await service.ensureKey(ARN)
  const disk = { ...realDisk, ownUid: (realDisk.ownUid ?? 0) + 1 }
  const folder = folderOf.get(service) ?? ''
  await assert.rejects(openKeyring({ folder, disk, random: systemRandom }), /belongs to user \d+/)
})

test('no error tells a secret, whatever is wrong with the key file', async () => {
  const service = await open()
  await service.ensureKey(ARN)
  const file = fileOf(service)
  const good = fs.readFileSync(file, 'utf8')
  const secret = JSON.parse(good).key as string
  const wrapped = await service.wrap(ARN, KEY, { vault: 'a' })
  const damages = [
    good.slice(0, -5),
    good.replace('"key": "', '"key": '),
    `${good}x`,
    good.replace('"format": 1', '"format": 2'),
    good.replace(secret, secret.slice(4)),
    good.replace('enabled', 'unknown'),
    'null',
    '',
  ]
  const seen: string[] = []
  for (const text of damages) {
    fs.writeFileSync(file, text)
    await assert.rejects(service.unwrap(ARN, wrapped, { vault: 'a' }), (error: unknown) => {
      seen.push(inspect(error, { depth: 10 }))
      return unusable(/key file is damaged/)(error)
    })
  }
  fs.writeFileSync(file, good)
  for (const attempt of [
    () => service.unwrap(ARN, wrapped, { vault: 'b' }),
    () => service.unwrap(ARN, KEY, {}),
    () => service.wrap(ARN, KEY.slice(1), {}),
  ]) {
    await attempt().then(
      () => assert.fail('it was refused'),
      (error: unknown) => seen.push(inspect(error, { depth: 10 })),
    )
  }
  const raw = Buffer.from(secret, 'base64')
  const secrets = [secret.slice(0, 10), secret.slice(-12), raw.toString('hex').slice(0, 10)]
  for (const key of [raw, Buffer.from(KEY)]) {
    secrets.push(key.toString('base64').slice(0, 10), [...key.subarray(0, 4)].join(', '))
  }
  for (const text of seen)
    for (const each of secrets) assert.equal(text.includes(each), false, text)
})

test('a file under another key’s name is not that key', async () => {
  const service = await open()
  await service.ensureKey(ARN)
  edit(fileOf(service), (text) => text.replace('123456789012', '000000000000'))
  await assert.rejects(service.wrap(ARN, KEY, {}), unusable(/that of another key/))
})

test('two keyrings that create one key at once agree on it', async () => {
  const folder = path.join(scratch, 'two-at-once')
  const rings = [await open(folder), await open(folder), await open(folder)] as const
  await Promise.all(rings.map((ring) => ring.ensureKey(ARN)))
  const wrapped = await rings[0].wrap(ARN, KEY, {})
  for (const ring of rings) assert.deepEqual(await ring.unwrap(ARN, wrapped, {}), KEY)
  assert.deepEqual(fs.readdirSync(path.join(folder, '.tmp')), [])
})

test('a key whose making dies anywhere is whole or absent, and once ensured it stays', async () => {
  const openOn = (disk: SimDisk) =>
    openKeyring({ folder: '/data/keys', disk, random: seededRandom(disk.processes) })
  const calls = await everyCrash({
    async run(disk, told) {
      const ring = await openOn(disk)
      await ring.ensureKey(ARN)
      told.push(Buffer.from(await ring.wrap(ARN, KEY, {})).toString('hex'))
    },
    async check(disk, told) {
      const ring = await openOn(disk)
      const files = disk.tree().filter((each) => !each.endsWith('/'))
      assert.ok(files.length <= 1, `no stray is left: ${files}`)
      for (const wrapped of told) {
        assert.deepEqual(await ring.unwrap(ARN, Buffer.from(wrapped, 'hex'), {}), KEY)
      }
      await ring.ensureKey(ARN)
      const wrapped = await ring.wrap(ARN, KEY, {})
      for (const seed of [0, 1, 2, 3]) {
        const later = await openOn(disk.afterPowerCut(seed))
        assert.deepEqual(await later.unwrap(ARN, wrapped, {}), KEY)
      }
    },
  })
  assert.ok(calls > 20, `${calls} calls were interrupted`)
})

test('default keys are the same everywhere, and others in every account and Region', () => {
  const account = parseAccountId('123456789012')
  assert.equal(ARN, 'arn:aws:kms:eu-west-1:123456789012:key/224edd3f-ba1e-8859-8b19-43590d6d4096')
  const china = defaultKeyArn({ account, region: parseRegionName('cn-north-1') })
  assert.match(china, /^arn:aws-cn:kms:cn-north-1:123456789012:key\/[0-9a-f-]{36}$/)
  const other = defaultKeyArn({
    account: parseAccountId('000000000000'),
    region: parseRegionName('eu-west-1'),
  })
  const all = [ARN, china, other, accountKeyArn(account)].map((arn) => arn.split('/')[1])
  assert.equal(new Set(all).size, 4)
  assert.match(accountKeyArn(account), /^arn:aws:kms:global:123456789012:key\/[0-9a-f-]{36}$/)
})
