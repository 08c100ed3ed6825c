// Paged answers as AWS's command line shows them: pages alone or merged into one, with the token to
// go on where the list was cut off.

import type * as client from '../../wire/index.ts'
import type { Answer } from './output.ts'

export interface PagingOptions {
  readonly maxItems?: number
  readonly pageSize?: number | bigint
  readonly startingToken?: string
}

/** An answer made of pages. */
export function pagedAnswer(
  operation: client.ModelOperation,
  paginator: client.ModelPaginator,
  pages: client.Pages,
): Answer {
  return {
    operationName: operation.name,
    pages,
    resumeToken: () => pages.resumeToken(),
    textPage(page, first) {
      const whole = page as Record<string, unknown>
      const keys = first ? (paginator.non_aggregate_keys ?? []) : []
      return Object.fromEntries(
        [...keys, paginator.result_key].map((key) => [key, whole[key] ?? null]),
      )
    },
    merge(all) {
      const merged: Record<string, unknown> = {}
      let results: unknown[] | undefined
      for (const page of all as Record<string, unknown>[]) {
        const more = page[paginator.result_key] as unknown[] | undefined
        if (more !== undefined) results = [...(results ?? []), ...more]
      }
      if (results !== undefined) merged[paginator.result_key] = results
      const first = (all[0] ?? {}) as Record<string, unknown>
      for (const key of paginator.non_aggregate_keys ?? []) {
        if (first[key] !== undefined) merged[key] = first[key]
      }
      const token = pages.resumeToken()
      if (token !== undefined) merged.NextToken = token
      return merged
    },
  }
}
