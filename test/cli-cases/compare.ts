// What a run did beside what was recorded. Exactly, but for parts whose mode says otherwise;
// bodies as JSON values, and no difference made of a content type where there is no body.

import { isDeepStrictEqual } from 'node:util'
import type { CliCase, Outcome, SeenRequest } from './case.ts'

export interface Difference {
  readonly part: 'rc' | 'stdout' | 'stderr' | 'requests'
  readonly wanted: unknown
  readonly got: unknown
}

/** The differences from the nearest of the right answers; none where the run is right. */
export function compare(given: CliCase, got: Outcome): Difference[] {
  const all = [given.expect, ...(given.alternatives ?? [])].map((wanted) =>
    differences(given, wanted, got),
  )
  return all.reduce((best, next) => (next.length < best.length ? next : best))
}

function differences(given: CliCase, wanted: Outcome, got: Outcome): Difference[] {
  const found: Difference[] = []
  if (wanted.rc !== got.rc) found.push({ part: 'rc', wanted: wanted.rc, got: got.rc })
  for (const part of ['stdout', 'stderr'] as const) {
    if (!sameText(given, part, wanted[part], got[part])) {
      found.push({ part, wanted: wanted[part], got: got[part] })
    }
  }
  const mode = given.modes?.requests
  if (mode === 'ignore') return found
  const views = [wanted.requests, got.requests].map((requests) => requests.map(view))
  const same =
    mode === 'count'
      ? views[0]?.length === views[1]?.length
      : isDeepStrictEqual(views[0], views[1]) || onlyContentTypesDiffer(wanted, got)
  if (!same) found.push({ part: 'requests', wanted: views[0], got: views[1] })
  return found
}

function sameText(given: CliCase, part: 'stdout' | 'stderr', wanted: string, got: string): boolean {
  const mode = given.modes?.[part] ?? 'exact'
  if (mode === 'ignore') return true
  if (mode === 'yaml-skeleton') return withoutComments(wanted) === withoutComments(got)
  if (mode === 'headers') return isDeepStrictEqual(headings(wanted), headings(got))
  if (mode === 'contains') return (given.contains?.[part] ?? []).every((text) => got.includes(text))
  if (mode === 'regex') return new RegExp(`^(?:${given.regex?.[part]})$`, 's').test(got)
  if (mode === 'json') return isDeepStrictEqual(parsed(wanted), parsed(got))
  return wanted === got
}

function view(request: SeenRequest) {
  const { 'content-type': type, ...headers } = request.headers
  const body = parsed(request.body)
  const kept = body && type ? { ...headers, 'content-type': type.split(';')[0]?.trim() } : headers
  return { ...request, headers: kept, body }
}

// A content type is only compared where the reference sent one.
function onlyContentTypesDiffer(wanted: Outcome, got: Outcome): boolean {
  const untyped = got.requests.map((request, index) => {
    const { 'content-type': _, ...rest } = request.headers
    const typed = wanted.requests[index]?.headers['content-type'] !== undefined
    return typed ? request : { ...request, headers: rest }
  })
  return isDeepStrictEqual(wanted.requests.map(view), untyped.map(view))
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return text
  }
}

// Comments of a skeleton are documentation; only whether a member is required matters.
function withoutComments(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+#( \[REQUIRED\])?.*$/, (_, required) => required ?? ''))
    .join('\n')
}

function headings(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bold type on a terminal
  const plain = text.replace(/.\x08/g, '').replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
  return plain.split('\n').filter((line) => /^[A-Z][A-Z ]+[A-Z]\s*$/.test(line))
}
