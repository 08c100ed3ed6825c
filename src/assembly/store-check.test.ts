// Whether a store is taken for the catalog's own, on every kind of store: an empty one, an old one,
// one that is not there, another one, a copy, and one that is older than its catalog.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { type Catalog, openCatalog, stores, vaults } from '../catalog/index.ts'
import { parseAccountId, parseRegionName, parseVaultId } from '../model/index.ts'
import { type ObjectStore, openDiskStore, openMemoryStore, readIdentity } from '../store/index.ts'
import { recordObject } from '../vault/index.ts'
import { realDisk, systemRandom } from '../world/index.ts'
import { checkStore, takeOver } from './store-check.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-identity-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const next = () => path.join(folder, String(made++))

const region = parseRegionName('eu-west-1')
const place = { region, isCold: false }
const VAULT = parseVaultId('0'.repeat(32))
const RECORD = recordObject(VAULT)

async function catalogWithVault(): Promise<Catalog> {
  const catalog = await openCatalog({ file: next() })
  const account = parseAccountId('123456789012')
  const arn = 'arn:aws:backup:eu-west-1:123456789012:backup-vault:v'
  const row = { id: VAULT, account, region, name: 'v', arn, keyArn: 'k', createdAt: 1 }
  await catalog.transaction((tx) =>
    vaults.insert(tx, { ...row, type: 'BACKUP_VAULT', state: 'AVAILABLE' } as never),
  )
  return catalog
}

const ownership = (catalog: Catalog, incarnation: string, ownsStores = false) => ({
  ...{ catalog, incarnation, ownsStores, random: systemRandom },
})

const KINDS: readonly [string, () => Promise<ObjectStore>][] = [
  ['memory', async () => openMemoryStore()],
  ['disk', () => openDiskStore({ root: next(), disk: realDisk, random: systemRandom })],
]

for (const [kind, open] of KINDS) {
  test(`${kind}: an empty store of a catalog without vaults there gets its record`, async () => {
    const [store, catalog] = [await open(), await openCatalog({ file: next() })]
    await checkStore(ownership(catalog, 'one'), place, store)
    const found = await readIdentity(store)
    assert.equal(found?.number, 1)
    assert.equal(found?.incarnation, 'one')
    await checkStore(ownership(catalog, 'one'), place, store)
    assert.deepEqual(await readIdentity(store), found, 'and no second one')
    const known = await catalog.read((tx) => stores.idAt(tx, place))
    assert.equal(known, found?.storeId)
    const other = await openCatalog({ file: next() })
    await assert.rejects(checkStore(ownership(other, 'two'), place, store), /another catalog/)
    await assert.rejects(checkStore(ownership(catalog, 'one'), place, await open()), /mounted/)
  })

  test(`${kind}: an old store gets its record when it has the vaults, and not before`, async () => {
    const [store, catalog] = [await open(), await catalogWithVault()]
    await assert.rejects(checkStore(ownership(catalog, 'one'), place, store), /mounted/)
    assert.equal(await readIdentity(store), undefined, 'an empty folder is never branded')
    await store.put(RECORD, new Uint8Array([1]))
    await checkStore(ownership(catalog, 'one'), place, store)
    assert.equal((await readIdentity(store))?.number, 1)
  })

  test(`${kind}: a store with something in it is not taken by a catalog without vaults`, async () => {
    const [store, catalog] = [await open(), await openCatalog({ file: next() })]
    await store.put(RECORD, new Uint8Array([1]))
    await assert.rejects(checkStore(ownership(catalog, 'one'), place, store), /another catalog/)
    assert.equal(await readIdentity(store), undefined)
  })

  test(`${kind}: a copy of the catalog stops until it adopts; then the first one stops`, async () => {
    const [store, catalog] = [await open(), await openCatalog({ file: next() })]
    await checkStore(ownership(catalog, 'one'), place, store)
    const copy = ownership(catalog, 'copy')
    await assert.rejects(checkStore(copy, place, store), /adopt-store/)
    await takeOver(copy, { place, store })
    await checkStore(copy, place, store)
    assert.equal((await readIdentity(store))?.number, 2)
    await assert.rejects(checkStore(ownership(catalog, 'one'), place, store), /adopt-store/)
  })

  test(`${kind}: a store that goes with its catalog's folder is its own when both moved`, async () => {
    const [store, catalog] = [await open(), await openCatalog({ file: next() })]
    await checkStore(ownership(catalog, 'one', true), place, store)
    await checkStore(ownership(catalog, 'moved', true), place, store)
    assert.equal((await readIdentity(store))?.incarnation, 'moved')
  })
}

test('a catalog in another file than it was opened in last is another incarnation', async () => {
  const catalog = await openCatalog({ file: next() })
  const open = (file: string, drawn: string) =>
    catalog.transaction((tx) => stores.incarnation(tx, { file, drawn }))
  assert.equal(await open('7', 'first'), 'first')
  assert.equal(await open('7', 'second'), 'first')
  assert.equal(await open('8', 'third'), 'third')
  assert.equal(await open('8', 'fourth'), 'third')
})
