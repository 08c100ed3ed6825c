// An HTTP answer as the output of an operation, or as the error it spells. As lenient as AWS's own
// clients: members the model does not know are dropped, a body that is not JSON counts as empty.

import { errorShapeNamed, type ModelShape, membersOf, shapeOf } from './model-view.ts'
import { formatLocal, formatWithOffset, fromSeconds, parseMoment, secondsOf } from './timestamps.ts'

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
  /** The message as it came, where that is not a text. */
  readonly rawMessage?: unknown
  /** What the modelled error says beyond code and message, in model order. */
  readonly details: readonly (readonly [string, unknown])[]
}

/**
 * How a caller takes what a body holds: AWS's own command line tells numbers with a point from
 * integers, and names what it did not expect by the types of its language.
 */
export interface AnswerReading {
  /** The value of a JSON text. Throws for any other text. */
  json(text: string): unknown
  /** A member that is an integer. Throws for what cannot be one. */
  integer(value: unknown): unknown
  /** What a value counts as a number, undefined where it is none. */
  number(value: unknown): number | undefined
  /** Such as `str`. */
  typeName(value: unknown): string
  show(value: unknown): string
}

const PLAIN: AnswerReading = {
  json: (text) =>
    /\d{16}/.test(text) ? JSON.parse(text, keepLargeIntegers) : (JSON.parse(text) as unknown),
  integer: (value) => value,
  number: (value) => (typeof value === 'number' ? value : undefined),
  typeName: (value) => (Array.isArray(value) ? 'list' : typeof value),
  show: String,
}

/** Reads a successful answer. Throws UnreadableAnswer. */
export function readOutput(
  shape: ModelShape,
  answer: WireAnswer,
  style: TimestampStyle,
  reading = PLAIN,
): Output {
  if (membersOf(shape).length === 0) return {}
  const body = parseBody(answer.body, reading)
  if (body === undefined) return {}
  if (body === null) throw new UnreadableAnswer("'NoneType' object is not iterable")
  return new BodyReader(style, reading).structure(shape, body)
}

/** Reads the error out of an unsuccessful answer. Throws UnreadableAnswer. */
export function readError(answer: WireAnswer, reading = PLAIN): SpelledError {
  const text = new TextDecoder().decode(answer.body)
  const { status } = answer
  if (status >= 500 && (text.trim() === '' || /^\s*<html>/.test(text))) {
    return { status, code: String(status), message: REASONS[status] ?? '', details: [] }
  }
  const parsed = text === '' ? {} : parseBody(answer.body, reading)
  const body = parsed === undefined ? { message: text } : parsed
  if (!isRecord(body)) throw lacking(reading, body, 'get')
  const code = errorCode(answer, body, reading)
  const shape = errorShapeNamed(code)
  const modelled = shape
    ? Object.entries(new BodyReader('iso8601', reading).structure(shape, body))
    : []
  return {
    status,
    code,
    ...messageOf(body, reading),
    details: modelled.filter(([name]) => !/^(code|message)$/i.test(name)),
  }
}

// The first of the names that the body has, whatever it holds.
function said(body: Readonly<Record<string, unknown>>, ...names: string[]): unknown {
  const name = names.find((known) => Object.hasOwn(body, known))
  return name === undefined ? undefined : body[name]
}

function messageOf(body: Readonly<Record<string, unknown>>, reading: AnswerReading) {
  const message = said(body, 'message', 'Message', 'errorMessage')
  if (message === undefined || typeof message === 'string') return { message: message ?? '' }
  return { message: reading.show(message), rawMessage: message }
}

function errorCode(
  answer: WireAnswer,
  body: Record<string, unknown>,
  reading: AnswerReading,
): string {
  const header = answer.headers['x-amzn-errortype']
  const code = header ?? said(body, 'code', 'Code', '__type') ?? answer.status
  if (typeof code !== 'string') return reading.show(code)
  const [first = ''] = code.split(':')
  return first.slice(first.lastIndexOf('#') + 1)
}

function lacking(reading: AnswerReading, value: unknown, attribute: string): UnreadableAnswer {
  const name = reading.typeName(value)
  return new UnreadableAnswer(`'${name}' object has no attribute '${attribute}'`)
}

// A body by the service model, in the order in which AWS's own client finds it wrong.
class BodyReader {
  readonly #style: TimestampStyle
  readonly #reading: AnswerReading

  constructor(style: TimestampStyle, reading: AnswerReading) {
    this.#style = style
    this.#reading = reading
  }

  structure(shape: ModelShape, raw: unknown): Output {
    const output: Output = {}
    for (const [name, member] of membersOf(shape)) {
      if (!isRecord(raw)) throw lacking(this.#reading, raw, 'get')
      const value = said(raw, member.locationName ?? name)
      if (value === undefined || value === null) continue
      output[name] = this.#value(shapeOf(member.shape), value)
    }
    return output
  }

  #value(shape: ModelShape, raw: unknown): unknown {
    if (raw === null) return null
    switch (shape.type) {
      case 'structure':
        return this.structure(shape, raw)
      case 'list': {
        const member = shapeOf(shape.member?.shape ?? '')
        return this.#items(raw).map((item) => this.#value(member, item))
      }
      case 'map':
        return this.#map(shape, raw)
      case 'boolean':
        return typeof raw === 'string' ? raw.toLowerCase() === 'true' : raw === true
      case 'integer':
      case 'long':
        return this.#reading.integer(raw)
      case 'timestamp':
        return this.#style === 'iso8601' ? readTimestamp(raw, this.#reading) : raw
      default:
        return raw
    }
  }

  // A text is a list of its characters, a map one of its keys.
  #items(raw: unknown): unknown[] {
    if (Array.isArray(raw)) return raw
    if (typeof raw === 'string') return [...raw]
    if (isRecord(raw)) return Object.keys(raw)
    throw new UnreadableAnswer(`'${this.#reading.typeName(raw)}' object is not iterable`)
  }

  #map(shape: ModelShape, raw: unknown): unknown {
    if (!isRecord(raw)) throw lacking(this.#reading, raw, 'items')
    const member = shapeOf(shape.value?.shape ?? '')
    // A copy also of what the reader of JSON noted beside the names.
    const output = { ...raw }
    for (const [key, item] of Object.entries(raw)) {
      const value = this.#value(member, item)
      Object.defineProperty(output, key, { ...WRITABLE, value })
    }
    return output
  }
}

function readTimestamp(raw: unknown, reading: AnswerReading): string {
  const seconds = typeof raw === 'bigint' ? Number(raw) : reading.number(raw)
  if (seconds !== undefined) return localTime(seconds, reading.show(raw))
  const text = reading.show(raw)
  const unreadable = (why: string) => new UnreadableAnswer(`Invalid timestamp "${text}": ${why}`)
  if (typeof raw !== 'string') {
    throw unreadable(`Parser must be a string or character stream, not ${reading.typeName(raw)}`)
  }
  const number = secondsOf(text)
  if (number !== undefined) return localTime(number, text)
  const moment = parseMoment(text)
  if (moment === undefined) {
    throw unreadable(
      /^\s*$/.test(text) ? 'String does not contain a date:' : `Unknown string format: ${text}`,
    )
  }
  const offset = /([+-])(\d{2}):?(\d{2})$/.exec(text)
  if (offset && /T/.test(text)) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return formatWithOffset(moment, offset[1] === '-' ? -minutes : minutes)
  }
  const shown = formatWithOffset(moment, 0)
  // A moment without an offset is shown without one.
  return /(z|gmt|utc)$/i.test(text) ? shown : shown.slice(0, -'+00:00'.length)
}

function localTime(seconds: number, shown: string): string {
  if (Number.isNaN(seconds)) throw new UnreadableAnswer('Invalid value NaN (not a number)')
  const year = Number.isFinite(seconds) ? yearOf(seconds) : Infinity
  if (Math.abs(year) >= 2 ** 31) {
    throw new UnreadableAnswer(`Unable to calculate correct timezone offset for "${shown}"`)
  }
  if (year < 1 || year > 9999) {
    throw new UnreadableAnswer(`year must be in 1..9999, not ${year}`)
  }
  return formatLocal(fromSeconds(seconds))
}

const YEARS_OF_A_CYCLE = 400
const SECONDS_OF_A_CYCLE = 146_097 * 86_400

// Of local time, for moments of any age: the calendar repeats itself.
function yearOf(seconds: number): number {
  const cycles = Math.floor(seconds / SECONDS_OF_A_CYCLE)
  const within = new Date((seconds - cycles * SECONDS_OF_A_CYCLE) * 1000)
  return cycles * YEARS_OF_A_CYCLE + within.getFullYear()
}

function parseBody(body: Uint8Array, reading: AnswerReading): unknown {
  if (body.length === 0) return undefined
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  try {
    return reading.json(text)
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
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === RECORD
}

const RECORD = Object.prototype
const WRITABLE = { enumerable: true, writable: true, configurable: true }

/** Standard reason phrases of the statuses a server of ours or a gateway answers without a body. */
const REASONS: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
}
