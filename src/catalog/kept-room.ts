// Room for the catalog on a disk that somebody else has filled. Three things are kept: a log
// (SQLite's WAL) of some megabytes that is never cut; free pages inside the file, so that what is
// written to the log always has its place there, and the log can begin anew; and a row of zeros
// that is deleted when the disk is nearly full, for more of them. So thousands of transactions go
// on without a free byte: what it takes to delete recovery points. On file systems that never write
// in place (btrfs, zfs, bcachefs) nothing of this is promised.

import type { DatabaseSync } from 'node:sqlite'
import { type KeptFile, keepFile, type Room, tightBytes, useKeptFile } from '../world/index.ts'

/** What is asked for room, in front of each transaction that writes. */
export type LookForRoom = () => Room | undefined

const MIB = 1024 * 1024
/** Twice what SQLite writes before it moves it into the database and begins anew. */
const LOG_BYTES = 8 * MIB
/** Let go at a start on a full disk, for the index beside the log. */
const SPARE_BYTES = 256 * 1024
/** Without it SQLite takes a log for one of nothing. */
const LOG_HEADER_BYTES = 32
const ROW_BYTES = MIB
/** One that stays until the disk is nearly full, and one that only lengthens the file. */
const LAST_ROW = 1
const PASSING_ROW = 2
/** More than all but the largest transactions take. */
const FREE_PAGES_MIN = 64
/** SQLite's own bound. */
const PAGES_MAX = 4_294_967_294

const logOf = (file: string): KeptFile => ({ name: `${file}-wal`, kept: `${file}-room` })

/** Puts the log of an earlier process in its place. Called before the catalog is opened. */
export function useKeptLog(file: string, look: LookForRoom): void {
  const room = look()
  const isFull = room !== undefined && room.freeBytes < tightBytes(room)
  const bytes = LOG_BYTES + (isFull ? 0 : SPARE_BYTES)
  useKeptFile(logOf(file), { wipedBytes: LOG_HEADER_BYTES, bytes })
}

/** Keeps room for one connection. */
export class KeptRoom {
  readonly #database: DatabaseSync
  readonly #look: LookForRoom
  readonly #log: KeptFile
  /** Undefined before the first look, and after one that could not be followed. */
  #isTight: boolean | undefined
  /** Whether the file is as long as it says: not while its last pages are in the log alone. */
  #isGrown = true

  constructor(database: DatabaseSync, of: { readonly file: string; readonly look: LookForRoom }) {
    this.#database = database
    this.#look = of.look
    this.#log = logOf(of.file)
  }

  /** Lets room go when there is little, and takes it back. Called outside of transactions. */
  look(): void {
    const room = this.#look()
    if (room === undefined) return
    // A disk at the border does not have it let go and taken back all the time.
    const isTight = room.freeBytes < tightBytes(room) * (this.#isTight ? 2 : 1)
    try {
      if (isTight && !this.#isTight) this.#letGo()
      if (!isTight) this.#keep(room)
      this.#isTight = isTight
    } catch {
      // Whatever is wrong with the catalog is told to the transaction that comes now.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      this.#isTight = undefined
    }
  }

  #letGo(): void {
    this.#inTransaction('delete from kept_room')
    // A page behind the end of the file could be written to the log and never to its place.
    this.#boundPages(this.#ask('pragma page_count'))
  }

  #keep({ freeBytes, sizeBytes }: Room): void {
    const mayTake = (bytes: number) => freeBytes - bytes >= tightBytes({ freeBytes, sizeBytes })
    if (this.#isTight !== false) {
      this.#boundPages(PAGES_MAX)
      if (!mayTake(LOG_BYTES + SPARE_BYTES + ROW_BYTES)) return
      if (this.#ask('select count(*) from kept_room') === 0) this.#addRow(LAST_ROW)
      this.#inTransaction('select 1', () => keepFile(this.#log, LOG_BYTES + SPARE_BYTES))
    }
    if (!this.#isGrown) this.#grow()
    const isStocked = this.#ask('pragma freelist_count') >= FREE_PAGES_MIN
    if (isStocked || !mayTake(ROW_BYTES)) return
    this.#addRow(PASSING_ROW)
    this.#inTransaction(`delete from kept_room where no = ${PASSING_ROW}`)
  }

  /** In the file when it returns, unless somebody reads what was there before. */
  #addRow(no: number): void {
    this.#inTransaction(`insert or ignore into kept_room values (${no}, zeroblob(${ROW_BYTES}))`)
    this.#grow()
  }

  #grow(): void {
    const { log, checkpointed } =
      this.#database.prepare('pragma wal_checkpoint(passive)').get() ?? {}
    this.#isGrown = log === checkpointed
  }

  #boundPages(count: number): void {
    this.#ask(`pragma max_page_count = ${count}`)
  }

  #inTransaction(statement: string, besides?: () => void): void {
    this.#database.exec('begin immediate')
    this.#database.exec(statement)
    besides?.()
    this.#database.exec('commit')
  }

  /** The first value of the first row. */
  #ask(statement: string): number {
    return Number(Object.values(this.#database.prepare(statement).get() ?? {})[0])
  }
}
