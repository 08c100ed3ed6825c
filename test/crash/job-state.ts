// How a job stands, read from the catalog by a process that is not the server: works whether that
// lives or not.

import { DatabaseSync } from 'node:sqlite'

export interface JobNow {
  readonly state: string
  readonly isOver: boolean
  readonly pointArn: string | null
  readonly failure: string | null
}

/** The job's row; undefined when there is none. */
export function jobNow(catalogFile: string, id: string): JobNow | undefined {
  const database = new DatabaseSync(catalogFile, { readOnly: true, timeout: 20_000 })
  try {
    const row = database
      .prepare('select state, completed_at, point_arn, failure from job where id = ?')
      .get(id)
    if (!row) return undefined
    const { state, completed_at: end, point_arn: pointArn, failure } = row
    return { state, isOver: end !== null, pointArn, failure } as JobNow
  } finally {
    database.close()
  }
}
