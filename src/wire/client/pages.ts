// Pages of a list operation: following, cutting off, and the token a command line hands out to go
// on later. The token's form is AWS's: base64 of {"NextToken": …, "boto_truncate_amount": n}.

import type { Output } from './answer.ts'
import type { ModelPaginator } from './model-view.ts'
import type { ClientInput } from './request.ts'

export interface PageOptions {
  readonly maxItems?: number
  readonly pageSize?: number | bigint
  readonly startingToken?: string
}

/** The service gave the same token twice in a row, so paging would never end. */
export class RepeatedToken extends Error {
  override readonly name = 'RepeatedToken'
}

/** The pages as they come; once they ended, how to go on where `maxItems` cut them off. */
export interface Pages extends AsyncIterable<Output> {
  resumeToken(): string | undefined
}

/** Calls until there is no more, or until `maxItems` results were seen. Iterate once. */
export function pagesOf(
  paginator: ModelPaginator,
  input: ClientInput,
  options: PageOptions,
  call: (input: ClientInput) => Promise<Output>,
): Pages {
  let resume: string | undefined
  return {
    resumeToken: () => resume,
    async *[Symbol.asyncIterator]() {
      const start = parseToken(options.startingToken)
      const base: Record<string, unknown> = { ...input }
      if (options.pageSize !== undefined) base[paginator.limit_key] = options.pageSize
      let token = start.token
      let previous: unknown
      let skip = start.skip
      for (let seen = 0; ; skip = 0) {
        const asked = token === undefined ? base : { ...base, [paginator.input_token]: token }
        const page = skipFirst(paginator, await call(asked), skip)
        const results = (page[paginator.result_key] as unknown[] | undefined) ?? []
        const room = options.maxItems === undefined ? Infinity : options.maxItems - seen
        if (results.length > room) {
          resume = formatToken(token, room + skip)
          yield { ...page, [paginator.result_key]: results.slice(0, room) }
          return
        }
        yield page
        seen += results.length
        const next = tokenOrNothing(page[paginator.output_token])
        if (next === undefined) return
        if (seen === options.maxItems) {
          resume = formatToken(next, undefined)
          return
        }
        if (previous === next) throw new RepeatedToken(String(next))
        previous = next
        token = next
      }
    },
  }
}

function skipFirst(paginator: ModelPaginator, output: Output, count: number): Output {
  const results = output[paginator.result_key]
  if (count === 0 || !Array.isArray(results)) return output
  return { ...output, [paginator.result_key]: results.slice(count) }
}

// Whatever is not empty is sent back; that it has to be a text is said there.
const tokenOrNothing = (value: unknown) => value || undefined

/** `token` undefined stands for the first page; `skip` counts results of it already seen. */
function formatToken(token: unknown, skip: number | undefined): string {
  const parts = [`"NextToken": ${token === undefined ? 'null' : JSON.stringify(token)}`]
  if (skip !== undefined) parts.push(`"boto_truncate_amount": ${skip}`)
  return Buffer.from(`{${parts.join(', ')}}`).toString('base64')
}

/** Anything that is not such a token is taken for the service's own, `___n` for a skip of n. */
function parseToken(text: string | undefined): { token: unknown; skip: number } {
  if (text === undefined) return { token: undefined, skip: 0 }
  try {
    const parsed = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Output
    const skip = Number(parsed.boto_truncate_amount ?? 0)
    return { token: tokenOrNothing(parsed.NextToken), skip: Number.isInteger(skip) ? skip : 0 }
  } catch {
    const old = /^(.*)___(\d+)$/s.exec(text)
    const token = old?.[1] ?? text
    return { token: token === 'None' ? undefined : token, skip: Number(old?.[2] ?? 0) }
  }
}
