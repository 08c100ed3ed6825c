// An HTTP answer as the output of an operation, or as the error it spells. As lenient as AWS's own
// clients: members the model does not know are dropped, a body that is not JSON counts as empty.

import { errorShapeNamed, type ModelShape, membersOf, shapeOf } from './model-view.ts'
import { formatLocal, formatWithOffset, fromSeconds, parseMoment } from './timestamps.ts'

export interface WireAnswer {
  readonly status: number
  readonly statusText: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** How timestamps come out: ISO 8601 text in local time, or as they came. */
export type TimestampStyle = 'iso8601' | 'wire'

/** The output of an operation: members in model order, absent ones left out. */
export type Output = Record<string, unknown>

/** An answer that cannot be understood. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
}

/** The error an answer of status 300 and above spells. */
export interface SpelledError {
  readonly status: number
  readonly code: string
  readonly message: string
  /** What the modelled error says beyond code and message, in model order. */
  readonly details: readonly (readonly [string, unknown])[]
}

/** Reads a successful answer. Throws UnreadableAnswer. */
export function readOutput(shape: ModelShape, answer: WireAnswer, style: TimestampStyle): Output {
  const body = parseBody(answer.body)
  if (body === undefined) return {}
  if (!isRecord(body))
    throw new UnreadableAnswer(`${pythonType(body)} object has no attribute 'get'`)
  return readStructure(shape, body, style)
}

/** Reads the error out of an unsuccessful answer. */
export function readError(answer: WireAnswer): SpelledError {
  const text = new TextDecoder().decode(answer.body)
  const generic = answer.status >= 500 && (text.trim() === '' || /^\s*<html>/.test(text))
  const status = answer.status
  if (generic) {
    return { status, code: String(status), message: REASONS[status] ?? '', details: [] }
  }
  const parsed = parseBody(answer.body)
  const body = isRecord(parsed) ? parsed : text === '' ? {} : { message: text }
  const code = errorCode(answer, body)
  const shape = errorShapeNamed(code)
  const modelled = shape ? Object.entries(readStructure(shape, body, 'iso8601')) : []
  return {
    status,
    code,
    message: String(body.message ?? body.Message ?? body.errorMessage ?? ''),
    details: modelled.filter(([name]) => !/^(code|message)$/i.test(name)),
  }
}

function errorCode(answer: WireAnswer, body: Record<string, unknown>): string {
  const header = answer.headers['x-amzn-errortype']
  const said = header ?? body.code ?? body.Code ?? body.__type ?? answer.status
  const [first = ''] = String(said).split(':')
  return first.slice(first.lastIndexOf('#') + 1)
}

function readStructure(
  shape: ModelShape,
  raw: Record<string, unknown>,
  style: TimestampStyle,
): Output {
  const output: Output = {}
  for (const [name, member] of membersOf(shape)) {
    const value = raw[member.locationName ?? name]
    if (value === undefined || value === null) continue
    output[name] = readValue(shapeOf(member.shape), value, style)
  }
  return output
}

function readValue(shape: ModelShape, raw: unknown, style: TimestampStyle): unknown {
  if (raw === null) return null
  if (shape.type === 'structure') return isRecord(raw) ? readStructure(shape, raw, style) : {}
  if (shape.type === 'list') {
    const member = shapeOf(shape.member?.shape ?? '')
    return Array.isArray(raw) ? raw.map((item) => readValue(member, item, style)) : []
  }
  if (shape.type === 'map') {
    const member = shapeOf(shape.value?.shape ?? '')
    const pairs = isRecord(raw) ? Object.entries(raw) : []
    return Object.fromEntries(pairs.map(([key, item]) => [key, readValue(member, item, style)]))
  }
  return shape.type === 'timestamp' && style === 'iso8601' ? readTimestamp(raw) : raw
}

function readTimestamp(raw: unknown): string {
  if (typeof raw === 'number') return formatLocal(fromSeconds(raw))
  const text = String(raw)
  const moment = parseMoment(text)
  if (moment === undefined) {
    throw new UnreadableAnswer(`Invalid timestamp "${text}": Unknown string format: ${text}`)
  }
  const offset = /([+-])(\d{2}):?(\d{2})$/.exec(text)
  if (offset && /T/.test(text)) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return formatWithOffset(moment, offset[1] === '-' ? -minutes : minutes)
  }
  if (/(z|gmt|utc)$/i.test(text)) return formatWithOffset(moment, 0)
  // A moment without an offset is shown without one.
  const isNumber = !Number.isNaN(Number(text))
  return isNumber ? formatLocal(moment) : formatWithOffset(moment, 0).slice(0, -'+00:00'.length)
}

function parseBody(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body)
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepLargeIntegers) : JSON.parse(text)
  } catch {
    return undefined
  }
}

function keepLargeIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !source) return value
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// The words of AWS's own command line for a body of the wrong kind.
function pythonType(value: unknown): string {
  if (Array.isArray(value)) return "'list'"
  if (value === null) return "'NoneType'"
  if (typeof value === 'number') return Number.isInteger(value) ? "'int'" : "'float'"
  return typeof value === 'boolean' ? "'bool'" : "'str'"
}

/** Standard reason phrases of the statuses a server of ours or a gateway answers without a body. */
const REASONS: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
}
