// The catalog: facts that must be found again, in one SQLite file. Promises that a transaction is
// kept whole or not at all, and durably; leaves what is in it to the query files.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { KeptRoom, type LookForRoom, useKeptLog } from './kept-room.ts'
import { type Migration, migrate, migrations } from './migrate.ts'
import type { Schema } from './schema.ts'
import { openSqlite, sqliteDialect } from './sqlite.ts'
import { ReadTx, TransactionMisused, Tx } from './transaction.ts'

/** One connection to the catalog; one for each thread. Transactions on it run one by one. */
export interface Catalog {
  /** Runs `work` on one consistent view. Nothing is awaited in it but the transaction. */
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
  /**
   * Runs `work` with the write lock and keeps what it wrote when it resolves; nothing when it
   * throws. Durable when this resolves. Throws TransactionMisused when begun inside another, and
   * Trouble when the file cannot be read or written.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** After the transactions under way. */
  close(): Promise<void>
}

export interface CatalogOptions {
  readonly file: string
  /** Asked for how much room the file's disk has; absent: no room is kept for a full one. */
  readonly room?: LookForRoom
}

/**
 * Opens the catalog in `file`, making or migrating it. Throws CatalogTooNew for one of a newer
 * Copyhold, and Trouble when the file cannot be opened.
 */
export async function openCatalog({ file, room }: CatalogOptions): Promise<Catalog> {
  if (room) useKeptLog(file, room)
  const database = openSqlite(file)
  const kept = room && new KeptRoom(database, { file, look: room })
  return catalogOn(database, migrations, kept)
}

/** The catalog on an open connection, which it closes in the end. */
export async function catalogOn(
  database: DatabaseSync,
  steps: readonly Migration[],
  kept?: KeptRoom,
): Promise<Catalog> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database, kept) })
  try {
    await migrate(db, steps)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return new SqliteCatalog(db)
}

class SqliteCatalog implements Catalog {
  readonly #db: Kysely<Schema>
  /** The transaction the current call runs in: a second one would wait for the first for ever. */
  readonly #current = new AsyncLocalStorage<{ over: boolean }>()

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.#alone(() =>
      this.#db
        .transaction()
        .setAccessMode('read only')
        .execute((transaction) => whileOpen(new ReadTx(transaction), work)),
    )
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#alone(() =>
      this.#db.transaction().execute((transaction) => whileOpen(new Tx(transaction), work)),
    )
  }

  async close(): Promise<void> {
    // Its turn comes after those who have asked before.
    await this.#alone(() => this.#db.connection().execute(async () => undefined))
    await this.#db.destroy()
  }

  async #alone<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#current.getStore()?.over === false) {
      throw new TransactionMisused('a transaction was begun inside another')
    }
    const mark = { over: false }
    try {
      return await this.#current.run(mark, begin)
    } finally {
      // Work begun inside and still going on outlives the transaction, and may begin its own.
      mark.over = true
    }
  }
}

async function whileOpen<Handle extends ReadTx, T>(
  tx: Handle,
  work: (tx: Handle) => Promise<T>,
): Promise<T> {
  try {
    return await work(tx)
  } finally {
    ReadTx.end(tx)
  }
}
