// The catalog's transactions: whole or not at all, one at a time, dead after their end; and the
// migrations that make its tables.

import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Trouble } from '../model/index.ts'
import { catalogOn, openCatalog } from './catalog.ts'
import { migrations } from './migrate.ts'
import { emptyCatalog, temporaryFolder, vaultId, vaultRow } from './samples.suite.ts'
import type { ReadTx, Tx } from './transaction.ts'
import * as vaults from './vaults.ts'

test('what a transaction wrote is there for the next one and after reopening', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const first = await openCatalog({ file })
  await first.transaction((tx) => vaults.insert(tx, vaultRow(1)))
  await first.close()
  const second = await openCatalog({ file })
  t.after(() => second.close())
  assert.deepEqual(await second.read((tx) => vaults.byId(tx, vaultId(1))), vaultRow(1))
})

test('a transaction that throws leaves nothing, and the next one works', async (t) => {
  const catalog = await emptyCatalog(t)
  const failing = catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    throw new Error('changed its mind')
  })
  await assert.rejects(failing, /changed its mind/)
  assert.equal(await catalog.read((tx) => vaults.byId(tx, vaultId(1))), undefined)
  await catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
})

test('a transaction used after its end throws', async (t) => {
  const catalog = await emptyCatalog(t)
  let kept: Tx | undefined
  let keptForReading: ReadTx | undefined
  await catalog.transaction(async (tx) => {
    kept = tx
  })
  await catalog.read(async (tx) => {
    keptForReading = tx
  })
  assert.ok(kept && keptForReading)
  await assert.rejects(vaults.insert(kept, vaultRow(1)), { name: 'TransactionMisused' })
  await assert.rejects(vaults.byId(keptForReading, vaultId(1)), { name: 'TransactionMisused' })
})

test('a query that a transaction did not wait for never runs after it', async (t) => {
  const catalog = await emptyCatalog(t)
  let left: Promise<void> | undefined
  await catalog.transaction(async (tx) => {
    left = vaults.insert(tx, vaultRow(1))
  })
  const [outcome] = await Promise.allSettled([left])
  const row = await catalog.read((tx) => vaults.byId(tx, vaultId(1)))
  assert.equal(row !== undefined, outcome?.status === 'fulfilled')
})

test('a transaction begun inside another throws instead of waiting for ever', async (t) => {
  const catalog = await emptyCatalog(t)
  const nested = catalog.transaction(async () => {
    await catalog.read(async () => undefined)
  })
  await assert.rejects(nested, { name: 'TransactionMisused' })
})

test('work that outlives the transaction it was begun in may begin its own', async (t) => {
  const catalog = await emptyCatalog(t)
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let later: Promise<void> | undefined
  await catalog.transaction(async () => {
    later = ended.then(() => catalog.transaction((tx) => vaults.insert(tx, vaultRow(1))))
  })
  resolve()
  await later
  assert.ok(await catalog.read((tx) => vaults.byId(tx, vaultId(1))))
})

test('transactions asked for at the same time run one by one', async (t) => {
  const catalog = await emptyCatalog(t)
  let inside = 0
  const names = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      catalog.transaction(async (tx) => {
        inside += 1
        await vaults.insert(tx, vaultRow(n))
        assert.equal(inside, 1)
        inside -= 1
        return n
      }),
    ),
  )
  assert.equal(names.length, 20)
})

test('closing waits for the transactions asked for before', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const catalog = await openCatalog({ file })
  const written = catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
  await catalog.close()
  await written
})

test('a newer Copyhold’s catalog is refused by the name of its unknown step', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const newer = [...migrations, { name: 'air-gaps', statements: ['create table gap (id text)'] }]
  await (await catalogOn(new DatabaseSync(file), newer)).close()
  await assert.rejects(openCatalog({ file }), { name: 'CatalogTooNew', message: /\d \(air-gaps\)/ })
})

test('a catalog of an older Copyhold gets the steps it lacks, once', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const old = await openCatalog({ file })
  await old.transaction((tx) => vaults.insert(tx, vaultRow(1)))
  await old.close()
  const newer = [...migrations, { name: 'gaps', statements: ['create table gap (id text)'] }]
  for (let again = 0; again < 2; again++) {
    const catalog = await catalogOn(new DatabaseSync(file), newer)
    assert.ok(await catalog.read((tx) => vaults.byId(tx, vaultId(1))))
    await catalog.close()
  }
})

test('a step that fails leaves the catalog as it was', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  await (await openCatalog({ file })).close()
  const broken = [...migrations, { name: 'bad', statements: ['create table gap (id text)', 'no'] }]
  await assert.rejects(catalogOn(new DatabaseSync(file), broken))
  await (await openCatalog({ file })).close()
})

test('a catalog that cannot be opened is a trouble of the world', async (t) => {
  const file = path.join(temporaryFolder(t), 'absent', 'catalog.db')
  await assert.rejects(openCatalog({ file }), Trouble)
})

test('what is acknowledged is synced: WAL, synchronous FULL', async (t) => {
  const { openSqlite } = await import('./sqlite.ts')
  const database = openSqlite(path.join(temporaryFolder(t), 'catalog.db'))
  t.after(() => database.close())
  assert.equal(database.prepare('pragma journal_mode').get()?.journal_mode, 'wal')
  assert.equal(database.prepare('pragma synchronous').get()?.synchronous, 2)
  assert.equal(database.prepare('pragma foreign_keys').get()?.foreign_keys, 1)
})
