// What of Python's spelling shows through the AWS command line: how values and their types are
// named in messages, and which texts are numbers. A number with a point stays apart from integers.

/** A number written with a point or an exponent. */
export class PythonFloat {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A moment or a date that YAML understood as one. */
export class PythonDate {
  readonly text: string
  readonly kind: 'date' | 'datetime'
  /** What its time zone is called, where that is not its offset. */
  readonly zone: string | undefined
  constructor(text: string, kind: 'date' | 'datetime', zone?: string) {
    this.text = text
    this.kind = kind
    this.zone = zone
  }
}

/** A set, as YAML spells one. */
export class PythonSet {
  readonly items: readonly unknown[]
  constructor(items: readonly unknown[]) {
    this.items = items
  }
}

/** A list that cannot be changed: a pair, or a list that is a key. */
export class PythonTuple extends PythonSet {}

/** The type of a record that is not a plain dictionary: of one that knows its order. */
export const DICTIONARY = Symbol('dictionary')

/** The keys of a record that are not texts, by the property that stands for each. */
export const KEYS = Symbol('keys')

/** The names of a record in the order they came, where the language would keep another. */
export const ORDER = Symbol('order')

/** The members of a record in the order they came. */
export function entriesOf(record: object): [string, unknown][] {
  if (!(ORDER in record)) return Object.entries(record)
  const order = record[ORDER] as readonly string[]
  return order.map((name) => [name, (record as Record<string, unknown>)[name]])
}

/** A key of a record as it was given. */
export function keyOf(record: object, name: string): unknown {
  const others = KEYS in record ? (record[KEYS] as ReadonlyMap<string, unknown>) : undefined
  return others?.has(name) ? others.get(name) : name
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(
    value instanceof Uint8Array ||
    value instanceof PythonFloat ||
    value instanceof PythonDate ||
    value instanceof PythonSet
  )
}

/** Such as `<class 'str'>`. */
export function typeName(value: unknown): string {
  return `<class '${bareTypeName(value)}'>`
}

/** Such as `list`. */
export function bareTypeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number' || typeof value === 'bigint') return 'int'
  if (typeof value === 'string') return 'str'
  if (value instanceof PythonFloat) return 'float'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof PythonDate) return `datetime.${value.kind}`
  if (value instanceof PythonSet) return value instanceof PythonTuple ? 'tuple' : 'set'
  if (Array.isArray(value)) return 'list'
  return DICTIONARY in (value as object) ? String((value as Dictionary)[DICTIONARY]) : 'dict'
}

/** A value as Python's `str` shows it. */
export function show(value: unknown): string {
  if (value instanceof PythonDate) return value.text
  return typeof value === 'string' ? value : represent(value)
}

interface Dictionary {
  [DICTIONARY]?: string
}

/** A value as Python's `repr` shows it. What holds itself is shown as three dots there. */
export function represent(value: unknown, inside: readonly unknown[] = []): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return quoted(value)
  if (value instanceof PythonFloat) return showFloat(value.value)
  if (value instanceof PythonDate) return representDate(value)
  if (value instanceof Uint8Array) {
    const text = quoted(Buffer.from(value).toString('latin1'))
    return `b${text.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)}`
  }
  const within = inside.includes(value)
  const shown = (item: unknown) => represent(item, [...inside, value])
  if (Array.isArray(value)) return within ? '[...]' : `[${value.map(shown).join(', ')}]`
  if (value instanceof PythonSet) return representItems(value, value.items.map(shown))
  if (!isRecord(value)) return String(value)
  if (within) return '{...}'
  const pairs = entriesOf(value).map(([name, item]) => {
    return `${represent(keyOf(value, name))}: ${shown(item)}`
  })
  const dictionary = `{${pairs.join(', ')}}`
  if (!(DICTIONARY in value)) return dictionary
  return `${bareTypeName(value).replace(/^.*\./, '')}(${pairs.length === 0 ? '' : dictionary})`
}

function representItems(value: PythonSet, items: readonly string[]): string {
  if (value instanceof PythonTuple) return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`
  return items.length === 0 ? 'set()' : `{${items.join(', ')}}`
}

// `datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=…)`; the offset in days and seconds.
function representDate({ text, kind, zone: name }: PythonDate): string {
  const [, moment = '', zone] = /^(.*?)(?<=\d\d)([-+]\d\d:\d\d)?$/.exec(text) ?? []
  const numbers = moment.split(/\D/).map(Number)
  const shown = kind === 'date' ? numbers.slice(0, 3) : numbers
  while (kind === 'datetime' && shown.length > 5 && shown.at(-1) === 0) shown.pop()
  const tz =
    zone === undefined || kind === 'date' ? '' : `, tzinfo=${representZone(zone, name ?? zone)}`
  return `datetime.${kind}(${shown.join(', ')}${tz})`
}

function representZone(zone: string, name: string): string {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))
  const delta = representMinutes(zone.startsWith('-') ? -minutes : minutes)
  return `datetime.timezone(${delta}, '${name}')`
}

/** A difference between times as Python's `repr` shows it: whole days, then seconds. */
export function representMinutes(minutes: number): string {
  const days = Math.floor(minutes / 1440)
  const seconds = (minutes - days * 1440) * 60
  const parts = [days === 0 ? '' : `days=${days}`, seconds === 0 ? '' : `seconds=${seconds}`]
  return `datetime.timedelta(${parts.filter((part) => part !== '').join(', ') || '0'})`
}

/** `1.0`, `1e+22`, `nan`: as Python prints a number with a point. */
export function showFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
    const sign = exponent.startsWith('-') ? '-' : '+'
    return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`
  }
  const sign = Object.is(value, -0) ? '-' : ''
  return Number.isInteger(value) ? `${sign}${value}.0` : String(value)
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let shown = ''
  for (const character of text) {
    if (character === quote || character === '\\') shown += `\\${character}`
    else shown += ESCAPES[character] ?? unprintable(character)
  }
  return quote + shown + quote
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

// What Python does not count as printable: controls, formats, separators but the space.
function unprintable(character: string): string {
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

/** A text that is no integer, or a value that cannot be one; the message is Python's own. */
export class NotAnInteger extends Error {
  override readonly name = 'NotAnInteger'
}

function wholeNumber(value: number): number | bigint {
  if (Number.isNaN(value)) throw new NotAnInteger('cannot convert float NaN to integer')
  if (!Number.isFinite(value)) throw new NotAnInteger('cannot convert float infinity to integer')
  const whole = Math.trunc(value) + 0
  return Number.isSafeInteger(whole) ? whole : BigInt(whole)
}

/** Reads an integer as Python's `int()` does: signs, spaces around, underscores between digits. */
export function toInteger(value: unknown): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof PythonFloat) return wholeNumber(value.value)
  if (value instanceof Uint8Array) return integerOf(Buffer.from(value).toString('latin1'), value)
  if (typeof value !== 'string') {
    const real = 'int() argument must be a string, a bytes-like object or a real number'
    throw new NotAnInteger(`${real}, not '${bareTypeName(value)}'`)
  }
  return integerOf(value.replace(/\p{Nd}/gu, decimal), value)
}

// Digits of any script count. In each, they stand in tens from 0 to 9.
function decimal(digit: string): string {
  const point = digit.codePointAt(0) ?? 0
  let zero = point
  while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return String((point - zero) % 10)
}

function integerOf(given: string, value: unknown): number | bigint {
  const text = given.trim()
  if (!/^[+-]?\d+(_\d+)*$/.test(text)) {
    throw new NotAnInteger(`invalid literal for int() with base 10: ${represent(value)}`)
  }
  const exact = BigInt(text.replaceAll('_', '').replace(/^\+/, ''))
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : exact
}
