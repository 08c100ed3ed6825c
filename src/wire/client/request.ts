// An operation and its input as an HTTP request, driven by the service model: labels into the
// path, filters into the query string, the rest into a JSON body. The input has been validated.

import {
  inputShape,
  type ModelMember,
  type ModelOperation,
  type ModelShape,
  membersOf,
  shapeOf,
} from './model-view.ts'
import { formatUtc, fromSeconds, parseMoment } from './timestamps.ts'

export interface ClientRequest {
  readonly method: string
  /** Raw: every label percent-encoded, slashes of labels too. */
  readonly path: string
  /** Raw pairs, in model order. */
  readonly query: readonly (readonly [string, string])[]
  /** Absent where the operation sends none. */
  readonly body?: string
}

/** Input members by their AWS name. Timestamps are seconds since 1970 or what a user may type. */
export type ClientInput = Readonly<Record<string, unknown>>

/** The request of an operation. Members that are undefined are not sent. */
export function buildRequest(operation: ModelOperation, input: ClientInput): ClientRequest {
  const labels = new Map<string, string>()
  const query: [string, string][] = []
  const body: [string, string][] = []
  let hasBody = false
  for (const [name, member] of membersOf(inputShape(operation))) {
    if (member.location === undefined) hasBody = true
    const value = input[name]
    if (value === undefined) continue
    place({ name, member, value }, { labels, query, body })
  }
  const [rawPath = '', rawQuery] = operation.http.requestUri.split('?')
  if (rawQuery) query.unshift([rawQuery, ''])
  return {
    method: operation.http.method,
    path: fillLabels(rawPath, labels),
    query,
    ...(hasBody
      ? { body: `{${body.map(([k, v]) => `${JSON.stringify(k)}: ${v}`).join(', ')}}` }
      : {}),
  }
}

function place(
  { name, member, value }: { name: string; member: ModelMember; value: unknown },
  parts: { labels: Map<string, string>; query: [string, string][]; body: [string, string][] },
): void {
  const shape = shapeOf(member.shape)
  const wireName = member.locationName ?? name
  if (member.location === 'uri') parts.labels.set(wireName, String(value))
  else if (member.location === 'querystring') parts.query.push([wireName, queryText(shape, value)])
  else parts.body.push([wireName, bodyText(shape, value)])
}

function fillLabels(path: string, labels: ReadonlyMap<string, string>): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeLabel(labels.get(name) ?? ''))
}

/** Percent-encodes everything but letters, digits and `-_.~`. Throws for half a character. */
export function encodeLabel(text: string): string {
  if (!text.isWellFormed()) throw new Error(undecodable(text))
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

// In the words of AWS's own command line.
function undecodable(text: string): string {
  const points = [...text]
  const at = points.findIndex((point) => !point.isWellFormed())
  const end = points.findIndex((point, index) => index > at && point.isWellFormed())
  const last = (end === -1 ? points.length : end) - 1
  const code = (points[at] as string).charCodeAt(0).toString(16)
  const which =
    at === last
      ? `character '\\u${code}' in position ${at}`
      : `characters in position ${at}-${last}`
  return `'utf-8' codec can't encode ${which}: surrogates not allowed`
}

function queryText(shape: ModelShape, value: unknown): string {
  // A truth value that stands for a number keeps its spelling of Python.
  if (typeof value === 'boolean' && shape.type === 'integer') return value ? 'True' : 'False'
  if (shape.type !== 'timestamp') return String(value)
  const moment = momentOf(value)
  return moment === undefined ? String(value) : formatUtc(moment)
}

function momentOf(value: unknown): bigint | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return fromSeconds(Number(value))
  if (typeof value === 'bigint') return value * 1_000_000n
  return parseMoment(String(value))
}

// JSON by hand, because integers may be larger than a number holds.
function bodyText(shape: ModelShape, value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (shape.type === 'structure') return structureText(shape, value as ClientInput)
  if (shape.type === 'list') {
    const member = shapeOf(shape.member?.shape ?? '')
    return `[${(value as unknown[]).map((item) => bodyText(member, item)).join(', ')}]`
  }
  if (shape.type === 'map') {
    const member = shapeOf(shape.value?.shape ?? '')
    const pairs = Object.entries(value as ClientInput).map(
      ([key, item]) => `${JSON.stringify(key)}: ${bodyText(member, item)}`,
    )
    return `{${pairs.join(', ')}}`
  }
  if (shape.type === 'timestamp') return String(Number(momentOf(value) ?? 0n) / 1e6)
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
}

function structureText(shape: ModelShape, value: ClientInput): string {
  const pairs: string[] = []
  for (const [name, member] of membersOf(shape)) {
    const item = value[name]
    if (item === undefined || item === null) continue
    const text = bodyText(shapeOf(member.shape), item)
    pairs.push(`${JSON.stringify(member.locationName ?? name)}: ${text}`)
  }
  return `{${pairs.join(', ')}}`
}
