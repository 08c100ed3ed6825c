// From method and raw URL to an operation. The path is split before anything is decoded, because
// labels hold ARNs whose encoded slashes are part of the label. One trailing slash means nothing,
// though the service model writes it for 23 operations.

import { model, type OperationModel } from './service-model.ts'
import { WireError } from './wire-error.ts'

/** An operation and its path labels, decoded, by the names the URI template gives them. */
export interface Route {
  readonly operation: OperationModel
  readonly labels: ReadonlyMap<string, string>
  /** What follows the first `?`, still encoded; empty without one. */
  readonly rawQuery: string
}

/**
 * The operation that `method` and `rawUrl` ask for, or undefined if AWS has none. Throws
 * MalformedHttpRequestException (400) when a segment is not percent-encoded UTF-8.
 */
export function route(method: string, rawUrl: string): Route | undefined {
  const { path, rawQuery } = splitUrl(rawUrl)
  const segments = decodePath(path)
  const found = matching(segments, rawQuery).find((each) => each.operation.http.method === method)
  if (!found) return undefined
  return { operation: found.operation, labels: labelsOf(found, segments), rawQuery }
}

/** The methods that mean something at `rawUrl`; none for an unknown path. */
export function routesOf(rawUrl: string): string[] {
  const { path, rawQuery } = splitUrl(rawUrl)
  return matching(decodePath(path), rawQuery).map(({ operation }) => operation.http.method)
}

/**
 * Throws MalformedHttpRequestException (400) for a URL that a signature and its reader, or anybody
 * between, could take for different ones: with `.` or `..` as a segment, with an empty segment
 * before its end where no label is, or with a plus in its query. Every AWS client writes a plus as
 * %2B and a space as %20.
 */
export function checkUrl(rawUrl: string): void {
  const { path, rawQuery } = splitUrl(rawUrl)
  const isDots = path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))
  if (isDots) throw malformed('The path has a segment of dots alone; write the path in full.')
  if (path.startsWith('//')) throw malformed('The path begins with an empty segment.')
  if (rawQuery.includes('+')) {
    throw malformed('The query has a plus: write a plus as %2B and a space as %20.')
  }
}

/** Raw path → decoded segments. `+` is itself. Throws as `route` does. */
export function decodePath(rawPath: string): string[] {
  const inner = rawPath.replace(/^\//, '').replace(/\/$/, '')
  return inner === '' ? [] : inner.split('/').map(decodeSegment)
}

interface Template {
  readonly operation: OperationModel
  /** A literal as it is, a label as `{name}`. */
  readonly segments: readonly string[]
  /** The bare query word the URI demands, such as `delete`. */
  readonly flag: string | undefined
}

const templatesBySize = groupTemplates()

function groupTemplates(): ReadonlyMap<number, readonly Template[]> {
  const groups = new Map<number, Template[]>()
  for (const operation of Object.values(model.operations)) {
    const { path, rawQuery } = splitUrl(operation.http.requestUri)
    const segments = path.split('/').filter((segment) => segment !== '')
    const group = groups.get(segments.length) ?? []
    group.push({ operation, segments, flag: rawQuery === '' ? undefined : rawQuery })
    groups.set(segments.length, group)
  }
  return groups
}

function matching(segments: readonly string[], rawQuery: string): Template[] {
  const keys = rawQuery.split('&').map((pair) => pair.split('=', 1)[0])
  return (templatesBySize.get(segments.length) ?? []).filter(
    (template) =>
      template.segments.every((wanted, i) => isLabel(wanted) || wanted === segments[i]) &&
      (template.flag === undefined || keys.includes(template.flag)),
  )
}

function labelsOf(template: Template, segments: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>()
  for (const [i, wanted] of template.segments.entries()) {
    if (isLabel(wanted)) labels.set(wanted.slice(1, -1), segments[i] ?? '')
  }
  return labels
}

function isLabel(segment: string): boolean {
  return segment.startsWith('{')
}

function splitUrl(rawUrl: string): { path: string; rawQuery: string } {
  const mark = rawUrl.indexOf('?')
  if (mark < 0) return { path: rawUrl, rawQuery: '' }
  return { path: rawUrl.slice(0, mark), rawQuery: rawUrl.slice(mark + 1) }
}

function decodeSegment(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch (cause) {
    throw malformed(`The path segment ${raw.slice(0, 80)} is not percent-encoded UTF-8.`, cause)
  }
}

function malformed(message: string, cause?: unknown): WireError {
  return new WireError({ shape: 'MalformedHttpRequestException', status: 400, message }, { cause })
}
