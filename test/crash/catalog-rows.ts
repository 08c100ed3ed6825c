// All rows of a catalog as texts, for tests that count how many an act changed.

import { DatabaseSync } from 'node:sqlite'

/** Each row as its table and values; what was changed appears as another text. */
export function rowsOf(catalogFile: string): Set<string> {
  const database = new DatabaseSync(catalogFile, { readOnly: true, timeout: 20_000 })
  try {
    const tables = database.prepare(`select name from sqlite_schema where type = 'table'`).all()
    const rows = tables.flatMap(({ name }) =>
      database
        .prepare(`select * from "${name}"`)
        .all()
        .map((row) => `${name} ${JSON.stringify(row)}`),
    )
    return new Set(rows)
  } finally {
    database.close()
  }
}
