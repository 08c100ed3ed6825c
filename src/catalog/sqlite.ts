// SQLite through Kysely over Node's own driver. Promises that a write transaction holds the write
// lock from its first statement, that no statement runs outside a transaction, and that errors of
// the file or disk come out as Trouble.

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely'
import { DiskFull, Trouble } from '../model/index.ts'
import { closeToOthers, makePrivateFile } from '../world/index.ts'
import type { KeptRoom } from './kept-room.ts'

/** How long a write transaction waits for another connection's to end. */
const BUSY_TIMEOUT_MS = 20_000
/** Prepared statements kept; the program has fewer different ones than this. */
const STATEMENTS_MAX = 300

/** In a statement, has its rows come as arrays: for long lists, at half the cost of objects. */
export const ROWS_AS_ARRAYS = '/* rows as arrays */'

/** What SQLite keeps beside a database. */
const BESIDE = ['-wal', '-shm', '-journal']

/** How the catalog opens its file. */
export const connectionOptions = {
  timeout: BUSY_TIMEOUT_MS,
  enableForeignKeyConstraints: true,
} as const

/** Opens the file, its owner's alone, with the settings the catalog relies on. */
export function openSqlite(file: string): DatabaseSync {
  return translated(() => {
    // SQLite gives the files beside it the mode that this one has.
    makePrivateFile(file)
    for (const beside of BESIDE) closeToOthers(`${file}${beside}`)
    const database = new DatabaseSync(file, connectionOptions)
    // FULL, not NORMAL: with WAL, NORMAL forgets acknowledged transactions at a power cut.
    database.exec('pragma synchronous = full')
    const mode = database.prepare('pragma journal_mode').get()
    if (mode?.journal_mode !== 'wal') database.exec('pragma journal_mode = wal')
    return database
  })
}

/** Kysely's dialect over one open database, and the room that is kept for it. */
export function sqliteDialect(database: DatabaseSync, kept?: Pick<KeptRoom, 'look'>): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new CatalogDriver(database, kept),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class CatalogDriver extends SqliteDriver {
  readonly #database: DatabaseSync
  readonly #kept: Pick<KeptRoom, 'look'> | undefined

  constructor(database: DatabaseSync, kept: Pick<KeptRoom, 'look'> | undefined) {
    super({ database: adapt(database) })
    this.#database = database
    this.#kept = kept
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    // A transaction that began by reading could find, at its first write, that another connection
    // has written since, and would have to fail; one that begins by locking only waits.
    const isReading = settings?.accessMode === 'read only'
    if (!isReading) this.#kept?.look()
    const begin = isReading ? 'begin' : 'begin immediate'
    await connection.executeQuery(CompiledQuery.raw(begin))
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has rolled back by itself after some errors (disk full, I/O).
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** What Kysely's driver asks of a database, with statements kept prepared. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(text) {
      if (!database.isTransaction && !text.startsWith('begin')) {
        throw new Error(`a statement outside a transaction: ${text}`)
      }
      const known = kept.get(text)
      if (known !== undefined) return known
      const prepared = translated(() => database.prepare(text))
      if (text.includes(ROWS_AS_ARRAYS)) prepared.setReturnArrays(true)
      const statement = adaptStatement(prepared)
      if (kept.size >= STATEMENTS_MAX) kept.clear()
      kept.set(text, statement)
      return statement
    },
  }
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  // Kysely hands in what the query files hand in: text, numbers, bytes and null.
  type Values = Parameters<StatementSync['all']>
  return {
    reader: statement.columns().length > 0,
    all: (values) => translated(() => statement.all(...(values as Values))),
    run: (values) => translated(() => statement.run(...(values as Values))),
    iterate: (values) => translated(() => statement.iterate(...(values as Values))),
  }
}

/** SQLite's result codes for a world that failed, by their low byte, and what to tell people. */
const TROUBLES: Readonly<Record<number, string>> = {
  5: 'the catalog is locked by another process',
  6: 'the catalog is locked by another process',
  8: 'the catalog cannot be written',
  10: 'the catalog could not be read or written',
  14: 'the catalog cannot be opened',
}
const CONSTRAINT_PRIMARY_KEY = 1555
const CONSTRAINT_UNIQUE = 2067

const FULL = 13

function catalogFull(cause: unknown): DiskFull {
  return new DiskFull('the catalog', { cause })
}

/** Whether a row was refused because one with its key is there. */
export function isUniqueViolation(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === CONSTRAINT_PRIMARY_KEY || code === CONSTRAINT_UNIQUE
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

/** Runs `work`; an error of the world comes out as Trouble. */
export function translated<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = (sqliteCode(error) ?? 0) & 0xff
    if (code === FULL) throw catalogFull(error)
    const sentence = TROUBLES[code]
    if (sentence === undefined) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Trouble(`${sentence} (${reason})`, { cause: error, retryable: true })
  }
}
