// Goal: no bytes, however well sealed, make a reader of the vault format crash, hang, or ask for
// memory by a length it has not compared. Method: the plaintext of every kind of object is changed
// by seeded dice, and every number in it is replaced by the largest there are; what a reader may
// then do is return, or refuse as VaultDamaged or FeatureUnknown. A failure names its seed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EntryList } from '../../src/vault/entry-list.ts'
import { readFact } from '../../src/vault/fact-reading.ts'
import { FeatureUnknown, openVault, VaultDamaged } from '../../src/vault/index.ts'
import { readJson } from '../../src/vault/json-record.ts'
import { readBody, splitManifest } from '../../src/vault/manifest-codec.ts'
import { readTable } from '../../src/vault/pack-format.ts'
import { readMap } from '../../src/vault/pack-map.ts'
import { dice } from '../sim/dice.ts'
import { watchingAllocations } from './allocations.ts'
import { EXTREMES, mutated, withVarint } from './mutate.ts'
import { type Samples, samples } from './samples.ts'

const SEEDS = 1_500
/** What a reader may ask for at once beyond a few times what it was given: a segment, a path. */
const FIXED_BYTES = 256 * 1024
const TIMES_GIVEN = 8
const OBJECT = 'object'

interface Decoder {
  readonly of: keyof Samples
  /** Whether what it reads is full of varints. */
  readonly isBinary: boolean
  read(plain: Uint8Array): unknown
}

const decoders: Readonly<Record<string, Decoder>> = {
  'a manifest’s body': { of: 'manifest', isBinary: true, read: (plain) => readBody(plain, OBJECT) },
  'a pack’s table': {
    of: 'table',
    isBinary: true,
    read: (plain) => readTable(plain, 1_000_000, OBJECT),
  },
  'an entry block': { of: 'block', isBinary: true, read: readEntries },
  'a map': { of: 'map', isBinary: true, read: (plain) => readMap(plain, OBJECT) },
  'a sealed object': {
    of: 'object',
    isBinary: false,
    read: (bytes) => splitManifest(bytes, OBJECT),
  },
  facts: { of: 'facts', isBinary: false, read: readFacts },
}

for (const [name, decoder] of Object.entries(decoders)) {
  test(`${name}, changed in any way, is read or refused`, async () => {
    const { authenticated: _, ...all } = await samples()
    const whole = all[decoder.of]
    const others = Object.values(all)
    for (let seed = 2; seed < SEEDS; seed += 1) {
      mustSurvive(decoder, mutated(whole, dice(seed), others), `seed ${seed}`)
    }
  })

  if (!decoder.isBinary) continue
  test(`${name} with any number as large as can be is read or refused, in little memory`, async () => {
    const whole = (await samples())[decoder.of]
    for (let at = 0; at < whole.length; at += 1) {
      for (const [which, number] of EXTREMES.entries()) {
        const changed = withVarint(whole, at, number)
        mustSurvive(decoder, changed, `number ${which} at byte ${at}`)
      }
    }
  })
}

test('what is not changed is read: the samples are what they are called', async () => {
  const all = await samples()
  for (const { of, read } of Object.values(decoders)) {
    if (of !== 'table') assert.ok(read(all[of]), of)
  }
})

test('a reader that believes a length, or trips over one, would be found', () => {
  const believing = { ...decoders.facts, read: () => new Uint8Array(2 ** 24) } as Decoder
  assert.throws(() => mustSurvive(believing, new Uint8Array(9), 'now'), /16777216 bytes at once/)
  const tripping = { ...decoders.facts, read: () => Buffer.alloc(0).readUInt8(0) } as Decoder
  assert.throws(() => mustSurvive(tripping, new Uint8Array(9), 'now'), /now: RangeError/)
})

test('a vault record changed in any way and authenticated anew is opened or refused', async () => {
  const { record, place, withRecord } = (await samples()).authenticated
  for (let seed = 2; seed < SEEDS / 5; seed += 1) {
    const changed = mutated(record, dice(seed), [])
    await survives(`seed ${seed}`, () => openVault({ ...place, store: withRecord(changed) }))
  }
})

function readEntries(plain: Uint8Array): unknown {
  const list = new EntryList()
  const entries = [...list.block(plain, OBJECT)]
  list.end(OBJECT)
  return entries
}

function readFacts(plain: Uint8Array): unknown {
  return readJson(plain, OBJECT)
    .objects('facts')
    .map((each) => readFact(each))
}

function mustSurvive(decoder: Decoder, plain: Uint8Array, when: string): void {
  const { end, largest } = watchingAllocations(() => {
    try {
      decoder.read(plain)
      return undefined
    } catch (error) {
      return error
    }
  })
  assert.ok(isRefusal(end), `${when}: ${end instanceof Error ? end.stack : end}`)
  const allowed = FIXED_BYTES + TIMES_GIVEN * plain.length
  assert.ok(largest <= allowed, `${when}: asked for ${largest} bytes at once`)
}

async function survives(when: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    assert.ok(isRefusal(error), `${when}: ${error instanceof Error ? error.stack : error}`)
  }
}

function isRefusal(error: unknown): boolean {
  if (error === undefined) return true
  if (error instanceof VaultDamaged || error instanceof FeatureUnknown) return true
  // A record may come to name another key, which the key service refuses.
  const { failure } = error as { failure?: { code: string } }
  return failure?.code === 'KeyUnusable'
}
