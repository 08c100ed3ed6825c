// Whether a store is the one that the catalog means: it says whose it is, and has what the catalog
// has put there. Asked through the store's interface alone, before anything is written.

import type { Catalog } from '../catalog/index.ts'
import { stores } from '../catalog/index.ts'
import { Trouble } from '../model/index.ts'
import { type ObjectStore, readIdentity, writeIdentity } from '../store/index.ts'
import { factObject, recordObject } from '../vault/index.ts'
import { type Random, systemRandom } from '../world/index.ts'

/** A store that cannot be used now: it waits, and all that needs it. Names no path. */
export class StoreUnavailable extends Trouble {
  readonly place: stores.StorePlace
  constructor(place: stores.StorePlace, what: string, options?: ErrorOptions) {
    super(`the ${namedPlace(place)} cannot be used: ${what}`, { retryable: true, ...options })
    this.name = 'StoreUnavailable'
    this.place = place
  }
}

export function namedPlace({ region, isCold }: stores.StorePlace): string {
  return `${isCold ? 'cold store' : 'store'} of ${region}`
}

export interface Ownership {
  readonly catalog: Catalog
  readonly random: Random
  /** Of the catalog. */
  readonly incarnation: string
  /** Whether the stores lie in the catalog's own folder and are copied and moved with it. */
  readonly ownsStores: boolean
}

/** Resolves when the store is the catalog's own, and says so. Throws StoreUnavailable, Trouble. */
export async function checkStore(
  ownership: Ownership,
  place: stores.StorePlace,
  store: ObjectStore,
): Promise<void> {
  const { catalog, incarnation, ownsStores } = ownership
  const { known, placed } = await catalog.read(async (tx) => ({
    known: await stores.idAt(tx, place),
    placed: await stores.placed(tx, place),
  }))
  const found = await readIdentity(store)
  if (!found) return brand(ownership, { place, store, known, placed })
  if (known !== undefined && found.storeId !== known) {
    throw new StoreUnavailable(place, `another store is in its place; ${LOOK}`)
  }
  if (found.incarnation !== incarnation) {
    // Copied or moved with its catalog, which has drawn its incarnation anew.
    if (!(ownsStores && known !== undefined)) throw new StoreUnavailable(place, FOREIGN)
    await writeIdentity(store, { ...found, number: found.number + 1, incarnation })
  }
  await mustNotBeOlder(place, store, placed)
  if (known === undefined) {
    await catalog.transaction((tx) => stores.setId(tx, place, found.storeId))
  }
}

const LOOK = 'is its disk mounted?'
const FOREIGN =
  'it belongs to another catalog, or to a copy of this one; if it is to belong to this one, stop ' +
  'the other server and run copyhold admin adopt-store'

/** Gives the store its first record, unless it may be the folder below a disk that is missing. */
async function brand(
  { catalog, random, incarnation }: Ownership,
  at: {
    readonly place: stores.StorePlace
    readonly store: ObjectStore
    readonly known: string | undefined
    readonly placed: readonly stores.PlacedVault[]
  },
): Promise<void> {
  const { place, store, known, placed } = at
  if (known !== undefined) {
    throw new StoreUnavailable(place, `an empty folder or another one is in its place; ${LOOK}`)
  }
  if (placed.length > 0) await mustHaveAll(place, store, placed)
  else if (!(await isEmpty(store))) throw new StoreUnavailable(place, FOREIGN)
  const storeId = random.uuid()
  // Whoever dies before the catalog is told finds a record of its own incarnation.
  const isFirst = await writeIdentity(store, { number: 1, storeId, incarnation })
  if (!isFirst) throw new StoreUnavailable(place, FOREIGN)
  await catalog.transaction((tx) => stores.setId(tx, place, storeId))
}

/** Throws unless the newest record of each vault is there, and its last record of facts. */
export async function mustHaveAll(
  place: stores.StorePlace,
  store: ObjectStore,
  placed: readonly stores.PlacedVault[],
): Promise<void> {
  for (const { id, keyVersion } of placed) {
    if (await store.head(recordObject(id, keyVersion))) continue
    throw new StoreUnavailable(place, `vaults that should be there are missing; ${LOOK}`)
  }
  await mustNotBeOlder(place, store, placed)
}

/** Throws when a record of facts is missing that the catalog calls written. */
async function mustNotBeOlder(
  place: stores.StorePlace,
  store: ObjectStore,
  placed: readonly stores.PlacedVault[],
): Promise<void> {
  for (const { id, lastFact } of placed) {
    if (lastFact === 0 || (await store.head(factObject(id, lastFact)))) continue
    throw new StoreUnavailable(place, older(factObject(id, lastFact)))
  }
}

function older(missing: string): string {
  return `it is older than its catalog, which has written ${missing}; put back the newer store`
}

async function isEmpty(store: ObjectStore): Promise<boolean> {
  for await (const _ of store.list('')) return false
  return true
}

/** Writes the next record: the store is the catalog's from now on. Only a person asks for it. */
export async function takeOver(
  { catalog, incarnation }: Pick<Ownership, 'catalog' | 'incarnation'>,
  { place, store }: { readonly place: stores.StorePlace; readonly store: ObjectStore },
): Promise<void> {
  const found = await readIdentity(store)
  const storeId = found?.storeId ?? systemRandom.uuid()
  const next = { number: (found?.number ?? 0) + 1, storeId, incarnation }
  if (!(await writeIdentity(store, next))) {
    throw new StoreUnavailable(place, 'another server takes it over at this moment')
  }
  await catalog.transaction((tx) => stores.setId(tx, place, storeId))
}
