// Many values in one statement: a list is handed to the database as one JSON parameter and read
// there as a table, so that thirty thousand pack names cost one statement and not as many.

import { type RawBuilder, sql } from 'kysely'
import { type PackName, parsePackName } from '../model/index.ts'

/** A table `given(name, at)` of pack names and their places in the list. */
export function namesAsTable(names: readonly PackName[]): RawBuilder<unknown> {
  return sql`(select unhex(value) as name, key as at from json_each(${JSON.stringify(names)}))`
}

/** A table of one column `value` of numbers or texts. */
export function listAsTable(values: readonly (number | string)[]): RawBuilder<unknown> {
  return sql`json_each(${JSON.stringify(values)})`
}

/** A pack's name as its column holds it, and back. */
export const nameToBytes = (name: PackName): Uint8Array => Buffer.from(name, 'hex')
export const nameFromBytes = (bytes: Uint8Array): PackName =>
  parsePackName(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'))
