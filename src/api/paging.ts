// Pages of lists, by keyset, with tokens that are opaque to clients and good only
// for the list they came from. A token is no secret and grants nothing: it says where to go on.

import { createHash } from 'node:crypto'
import type { Caller } from '../access/index.ts'
import type { Page, PageCursor } from '../catalog/index.ts'
import { Answer } from '../model/index.ts'

/** AWS publishes no default; its services give at most a thousand. */
const PAGE_ROWS = 1000
const TOKEN_LENGTH_MAX = 8192
const SEAL_BYTES = 12

/** What every list operation can be asked. */
interface Listing {
  readonly NextToken?: string | undefined
  readonly MaxResults?: number | undefined
}

/** One list: the same operation by the same caller with the same filters. */
export interface ListPages {
  readonly page: Page
  /** The token of the page after the one just read; undefined on the last. */
  tokenFor(next: PageCursor | undefined): string | undefined
}

/**
 * The page that `input` asks for. Throws the Answer NextTokenInvalid for a token that no page of
 * this very list gave.
 */
export function pagesOf(operation: string, input: Listing, caller: Caller): ListPages {
  const { NextToken, MaxResults = PAGE_ROWS, ...filters } = input
  const named = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  const list = JSON.stringify([operation, caller.account, caller.region, named])
  const after = NextToken ? readToken(NextToken, list) : undefined
  return {
    page: { limit: Math.min(MaxResults, PAGE_ROWS), ...(after ? { after } : {}) },
    tokenFor: (next) => next && writeToken(next, list),
  }
}

function writeToken(cursor: PageCursor, list: string): string {
  const place = JSON.stringify([cursor.at, cursor.id])
  const bytes = Buffer.concat([seal(place, list), Buffer.from(place)])
  return bytes.toString('base64url')
}

function readToken(token: string, list: string): PageCursor {
  const bytes = Buffer.from(token.slice(0, TOKEN_LENGTH_MAX), 'base64url')
  const place = bytes.subarray(SEAL_BYTES).toString()
  const isOurs = bytes.subarray(0, SEAL_BYTES).equals(seal(place, list))
  if (!isOurs || bytes.toString('base64url') !== token) {
    throw new Answer({ code: 'NextTokenInvalid' })
  }
  return placeIn(place)
}

/** The seal is no secret, so that what it closes may be anything. */
function placeIn(text: string): PageCursor {
  const place = parsed(text)
  const [at, id, ...more] = Array.isArray(place) ? (place as unknown[]) : []
  const isPlace = Number.isSafeInteger(at) && typeof id === 'string' && more.length === 0
  if (!isPlace) throw new Answer({ code: 'NextTokenInvalid' })
  return { at: at as number, id: id as string }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

function seal(place: string, list: string): Buffer {
  return createHash('sha256').update(`${place}\n${list}`).digest().subarray(0, SEAL_BYTES)
}
