// Pages of a list, newest or oldest first, by keyset: a page goes on after the last row of the one
// before, so rows made or removed meanwhile neither shift nor repeat it.

import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../world/index.ts'
import { ROWS_AS_ARRAYS } from './sqlite.ts'

/** Where a list goes on: after the row of this time and id. */
export interface PageCursor {
  readonly at: Instant
  readonly id: string
}

/** At most `limit` rows, after `after` or from the list's beginning. */
export interface Page {
  readonly limit: number
  readonly after?: PageCursor | undefined
}

/** One page; `next` is there when at least one more row is. */
export interface Listed<Row> {
  readonly rows: Row[]
  readonly next?: PageCursor
}

/** The longest page any list gives. AWS lists at most 1,000. */
export const PAGE_ROWS_MAX = 1000

/** How many rows to ask the database for: one more, to know whether there is another page. */
export function rowsToAsk(page: Page): number {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > PAGE_ROWS_MAX) {
    throw new RangeError(`a page of ${page.limit} rows`)
  }
  return page.limit + 1
}

/** Has a query's rows come as arrays of what it selects, in that order. */
export const asArrays = sql.raw(ROWS_AS_ARRAYS)

/** A row of those columns as such an array. */
export type RowOf<Table, Columns extends readonly (keyof Table)[]> = {
  readonly [At in keyof Columns]: Table[Columns[At]]
}

/** Cuts the one row too many off and says where the next page begins. */
export function cut<Row>(rows: Row[], page: Page, at: (row: Row) => PageCursor): Listed<Row> {
  const last = rows[page.limit - 1]
  if (rows.length <= page.limit || last === undefined) return { rows }
  return { rows: rows.slice(0, page.limit), next: at(last) }
}

/** The same of a list that begins with the oldest. */
export function inRisingPage({ after }: Page): RawBuilder<boolean> {
  return after === undefined
    ? sql<boolean>`true`
    : sql<boolean>`(created_at, id) > (${after.at}, ${after.id})`
}

/** Rows after the page's cursor: one comparison of a pair, so that an index serves it. */
export function inPage(page: Page, idColumn = 'id'): RawBuilder<boolean> {
  if (page.after === undefined) return sql<boolean>`true`
  return sql<boolean>`(created_at, ${sql.ref(idColumn)}) < (${page.after.at}, ${page.after.id})`
}
