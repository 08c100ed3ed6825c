// How a job or a recovery point stands, read from the catalog by a process that is not the server:
// works whether that lives or not.

import { DatabaseSync } from 'node:sqlite'

export interface JobNow {
  readonly state: string
  readonly isOver: boolean
  readonly pointArn: string | null
  readonly failure: string | null
}

/** The job's row; undefined when there is none. */
export function jobNow(catalogFile: string, id: string): JobNow | undefined {
  const row = ask(catalogFile, (database) =>
    database
      .prepare('select state, completed_at, point_arn, failure from job where id = ?')
      .get(id),
  )
  if (!row) return undefined
  const { state, completed_at: end, point_arn: pointArn, failure } = row
  return { state, isOver: end !== null, pointArn, failure } as JobNow
}

/** Of these recovery points those that the catalog still has, each with its storage class. */
export function pointsNow(catalogFile: string, ids: readonly string[]): Map<string, string> {
  const rows = ask(catalogFile, (database) =>
    database
      .prepare('select id, storage_class from point where id in (select value from json_each(?))')
      .all(JSON.stringify(ids)),
  )
  return new Map(rows.map(({ id, storage_class: storage }) => [String(id), String(storage)]))
}

function ask<T>(catalogFile: string, question: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(catalogFile, { readOnly: true, timeout: 20_000 })
  try {
    return question(database)
  } finally {
    database.close()
  }
}
