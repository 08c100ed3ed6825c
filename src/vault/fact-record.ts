// Fact records to the byte: numbered, sealed like a manifest, each under a key of its own. Writing
// one that is there already adopts it when it says the same, which a crash can bring about; reading
// tells what is missing instead of passing over it.

import type { KeyService } from '../keys/index.ts'
import { type Fact, featuresOf, type VaultId } from '../model/index.ts'
import { ObjectDiffers, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { FactRecordTaken, VaultDamaged } from './damage.ts'
import { readFact } from './fact-reading.ts'
import { sameBytes } from './hashing.ts'
import { readJson } from './json-record.ts'
import { openBody, sealObject, splitObject } from './sealed-object.ts'
import { KEY_BYTES } from './sealing.ts'
import { factObject, listFactRecords } from './vault-files.ts'
import { type VaultKeys, vaultKeyOf } from './vault-record.ts'
import { type ObjectKind, wholeObject } from './whole-object.ts'

const MAGIC = 'CHFACTS1'
/** A few hundred facts with all the tags they may have are far smaller. */
const FACT_RECORD: ObjectKind = { what: 'a fact record', bytesMax: 64 * 1024 * 1024 }

/** One record's facts, in their order. */
export interface FactRecord {
  /** From 1, one more for each record of the vault; never used again. */
  readonly number: number
  /**
   * 0 in a record that adds to those before it. Otherwise the number of an earlier record: those
   * behind that one, this one included, tell everything anew, and those up to it may be gone.
   */
  readonly replaces: number
  readonly facts: readonly Fact[]
}

/** What is wrong with one of a vault's objects. */
export interface Finding {
  readonly object: string
  readonly reason: string
}

/** All facts of a vault that can be read, and why they may not be all there were. */
export interface FactsRead {
  readonly facts: readonly Fact[]
  /** The lowest and the highest number that a record in the store has; 0 when there is none. */
  readonly lowest: number
  readonly highest: number
  /** Records up to this one are not needed any more. */
  readonly replaced: number
  readonly findings: readonly Finding[]
}

/** The facts in a vault's store. */
export interface VaultFacts {
  /**
   * Creates the record, durable when it resolves. One of its number that says the same is adopted;
   * one that says something else throws FactRecordTaken.
   */
  write(record: FactRecord, random: Random): Promise<'created' | 'adopted'>
  /** Reads every record. Damage is told, not thrown; FeatureUnknown is thrown. */
  read(): Promise<FactsRead>
  /** Records of these numbers, which others replace, are gone when it resolves; absent is fine. */
  drop(numbers: { readonly after: number; readonly upTo: number }): Promise<void>
}

interface Place {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
}

interface Told {
  readonly number: number
  readonly replaces: number
  readonly facts: readonly Fact[]
  readonly finding?: Finding
}

interface OpenedRecord {
  readonly plain: Uint8Array
  readonly replaces: number
}

/** The facts of the vault whose record was opened. */
export function vaultFacts(place: Place, keys: VaultKeys): VaultFacts {
  return new SealedFacts(place, keys)
}

class SealedFacts implements VaultFacts {
  readonly #place: Place
  readonly #keys: VaultKeys

  constructor(place: Place, keys: VaultKeys) {
    this.#place = place
    this.#keys = keys
  }

  async write(record: FactRecord, random: Random): Promise<'created' | 'adopted'> {
    const { store, vaultId } = this.#place
    const { number, replaces } = record
    const object = factObject(vaultId, number)
    const plain = new TextEncoder().encode(JSON.stringify({ facts: record.facts }))
    if ((await store.head(object)) === undefined) {
      const bytes = sealObject({
        magic: MAGIC,
        about: { number, replaces },
        incompatible: featuresOf(record.facts),
        plain,
        sealing: { vaultId, ...this.#keys },
        keyMember: 'wrappedFactKey',
        key: random.bytes(KEY_BYTES),
      })
      // Proved before anyone relies on it.
      await this.#open(bytes, number)
      try {
        await store.put(object, bytes)
        return 'created'
      } catch (error) {
        // Another attempt was faster; what it wrote is looked at below.
        if (!(error instanceof ObjectDiffers)) throw error
      }
    }
    const there = await this.#open(await wholeObject(store, object, FACT_RECORD), number)
    if (!sameBytes(there.plain, plain)) throw new FactRecordTaken(object)
    return 'adopted'
  }

  async read(): Promise<FactsRead> {
    let told: Told[] = []
    let replaced = 0
    let lowest = 0
    let highest = 0
    for await (const number of listFactRecords(this.#place)) {
      lowest ||= number
      highest = number
      const one = await this.#tell(number)
      told.push(one)
      if (one.replaces <= replaced) continue
      // What is missing or damaged before it is not missed.
      replaced = one.replaces
      told = told.filter((each) => each.number > one.replaces)
    }
    const gaps = told.flatMap(({ number }, at) => {
      const before = at === 0 ? replaced : (told[at - 1]?.number ?? replaced)
      return number === before + 1 ? [] : [missing(this.#place.vaultId, before + 1)]
    })
    const findings = [...gaps, ...told.flatMap((each) => each.finding ?? [])]
    const inOrder = findings.sort((a, b) => (a.object < b.object ? -1 : 1))
    const facts = told.flatMap((each) => each.facts)
    return { facts, lowest, highest, replaced, findings: inOrder }
  }

  async drop({ after, upTo }: { readonly after: number; readonly upTo: number }): Promise<void> {
    const { store, vaultId } = this.#place
    for (let number = after + 1; number <= upTo; number += 1) {
      await store.delete(factObject(vaultId, number))
    }
  }

  /** What one record tells, or what is wrong with it. */
  async #tell(number: number): Promise<Told> {
    const { store, vaultId } = this.#place
    const object = factObject(vaultId, number)
    try {
      const { plain, replaces } = await this.#open(
        await wholeObject(store, object, FACT_RECORD),
        number,
      )
      return { number, replaces, facts: readFacts(plain, object) }
    } catch (error) {
      if (!(error instanceof VaultDamaged)) throw error
      return { number, replaces: 0, facts: [], finding: { object, reason: error.reason } }
    }
  }

  async #open(bytes: Uint8Array, number: number): Promise<OpenedRecord> {
    const { vaultId } = this.#place
    const object = factObject(vaultId, number)
    const split = splitObject(bytes, { object, magic: MAGIC, what: 'fact record' })
    const { json, key } = split
    if (key.vaultId !== vaultId || json.count('number') !== number) {
      throw new VaultDamaged(object, 'is the fact record of another vault or number')
    }
    const replaces = json.count('replaces')
    if (replaces >= number) {
      throw new VaultDamaged(object, 'replaces other records than those before it')
    }
    const vaultKey = await vaultKeyOf(this.#place, this.#keys, key)
    const wrappedKey = json.base64('wrappedFactKey')
    return { plain: openBody(split, { vaultKey, wrappedKey, object }), replaces }
  }
}

/** The first record of a gap. */
function missing(vaultId: VaultId, number: number): Finding {
  return { object: factObject(vaultId, number), reason: 'is missing' }
}

function readFacts(plain: Uint8Array, object: string): Fact[] {
  const json = readJson(plain, object)
  return json.objects('facts').flatMap((each) => readFact(each) ?? [])
}
