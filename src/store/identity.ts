// Whose a store is: numbered, create-only records below `copyhold-store/`, of which the highest
// counts. Each says the store's id, which it keeps for life, and the incarnation of the catalog
// that it belongs to. Who may write one is decided by who opens stores.

import { Trouble } from '../model/index.ts'
import { type ObjectName, objectName } from './object-name.ts'
import { ObjectDiffers, type ObjectStore } from './object-store.ts'

export interface StoreIdentity {
  /** Of the record; the next one is one more. */
  readonly number: number
  readonly storeId: string
  readonly incarnation: string
}

/** Where no vault can be: the id of a vault has no such form. */
const FOLDER = 'copyhold-store/'
const DIGITS = 8
const FORMAT = 1

/** What the store says of itself; undefined when it says nothing. Throws Trouble. */
export async function readIdentity(store: ObjectStore): Promise<StoreIdentity | undefined> {
  let newest: ObjectName | undefined
  for await (const name of store.list(FOLDER)) {
    if (/^copyhold-store\/[0-9]{8}$/.test(name)) newest = name
  }
  if (newest === undefined) return undefined
  const read = parse(Buffer.from(await store.get(newest)).toString())
  if (read) return { number: Number(newest.slice(FOLDER.length)), ...read }
  throw new Trouble(`its record ${newest} is damaged`, { retryable: true })
}

/** Writes a record, durably. False when another process wrote one of that number first. */
export async function writeIdentity(store: ObjectStore, identity: StoreIdentity): Promise<boolean> {
  const { number, storeId, incarnation } = identity
  const name = objectName(FOLDER + String(number).padStart(DIGITS, '0'))
  const text = `${JSON.stringify({ format: FORMAT, store: storeId, incarnation })}\n`
  try {
    await store.put(name, Buffer.from(text))
    return true
  } catch (error) {
    if (error instanceof ObjectDiffers) return false
    throw error
  }
}

function parse(text: string): Pick<StoreIdentity, 'storeId' | 'incarnation'> | undefined {
  try {
    const { format, store, incarnation } = JSON.parse(text) as Record<string, unknown>
    if (format !== FORMAT || typeof store !== 'string' || typeof incarnation !== 'string') {
      return undefined
    }
    return { storeId: store, incarnation }
  } catch {
    return undefined
  }
}
