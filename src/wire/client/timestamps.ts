// Moments as a client reads and writes them: what users type, what AWS puts on the wire. A moment
// is microseconds since 1970 in a bigint, the precision AWS's own command line keeps.

/** Microseconds since 1970, UTC. */
export type Micros = bigint

const DIGITS = String.raw`\d+(?:_\d+)*`
const NUMBER = new RegExp(
  String.raw`^\s*[+-]?(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:[eE][+-]?${DIGITS})?\s*$`,
)
const DAY = '(\\d{4})(?:-|(?=\\d{4}(?!\\d)))(\\d{1,2})(?:-|(?=\\d{2}(?!\\d)))(\\d{1,2})'
const TIME = '(\\d{1,2})(?::?(\\d{1,2})(?::?(\\d{1,2})(?:[.,](\\d{1,9}))?)?)?'
const ZONE = '(Z|UTC|GMT|[+-]\\d{2}:?\\d{2}|[+-]\\d{2})'
const ISO = new RegExp(`^${DAY}(?:T|[T ]${TIME}\\s*${ZONE}?)?$`, 'i')

/**
 * Reads what a user typed: seconds since 1970, an ISO 8601 moment, or a date. Without an offset it
 * is UTC, as AWS's command line has it. Undefined when it is none of these.
 */
export function parseMoment(text: string): Micros | undefined {
  const seconds = secondsOf(text)
  if (seconds !== undefined) return hasYear(seconds) ? fromSeconds(seconds) : undefined
  const match = ISO.exec(text.trim())
  if (!match) return parseOtherForm(text)
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number]
  const micros = BigInt((match[7] ?? '').slice(0, 6).padEnd(6, '0'))
  const check = new Date(0)
  check.setUTCFullYear(year, month - 1, day)
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return undefined
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const utc = check.setUTCHours(hour, minute, second)
  const zone = match[8]
  const ms = zone === undefined ? utc : utc - offsetMs(zone)
  return BigInt(ms) * 1000n + micros
}

/** A text that is a number, as seconds since 1970. */
export function secondsOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text.replaceAll('_', '')) : undefined
}

/** The years 1 to 9999. */
const SECONDS = { first: -62_135_596_800, end: 253_402_300_800 }
const hasYear = (seconds: number) => seconds >= SECONDS.first && seconds < SECONDS.end

// Other spellings (`14 Nov 2023 22:13`): whatever the language reads, in UTC.
function parseOtherForm(text: string): Micros | undefined {
  if (!/\d/.test(text) || !/[a-z]{3}|\//i.test(text)) return undefined
  const zoned = /\b(GMT|UTC|Z|[ECMP][SD]T)\b|[+-]\d{2}:?\d{2}\s*$/i.test(text)
  const ms = Date.parse(zoned ? text : `${text} UTC`)
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n
}

function offsetMs(zone: string): number {
  if (/^[zug]/i.test(zone)) return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** Seconds since 1970, rounded to the microsecond, half to even. */
export function fromSeconds(seconds: number): Micros {
  const whole = Math.floor(seconds)
  const scaled = (seconds - whole) * 1e6
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1)
  return BigInt(whole) * 1_000_000n + BigInt(up ? floor + 1 : floor)
}

/** As in a query string: `2024-01-02T03:04:05Z`, with six decimals only when they say something. */
export function formatUtc(moment: Micros): string {
  const { ms, micros } = split(moment)
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`
  return `${new Date(ms).toISOString().slice(0, 19)}${fraction}Z`
}

/** As AWS's command line prints it: local time with its offset, microseconds when not zero. */
export function formatLocal(moment: Micros): string {
  const { ms } = split(moment)
  return formatWithOffset(moment, -new Date(ms).getTimezoneOffset())
}

/** The same for a given offset, in minutes east of Greenwich. */
export function formatWithOffset(moment: Micros, offsetMinutes: number): string {
  const { ms, micros } = split(moment)
  const shown = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`
  const size = Math.abs(offsetMinutes)
  const two = (value: number) => String(value).padStart(2, '0')
  const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  return shown + fraction + offset
}

function split(moment: Micros): { ms: number; micros: number } {
  const micros = ((moment % 1_000_000n) + 1_000_000n) % 1_000_000n
  return { ms: Number((moment - micros) / 1000n), micros: Number(micros) }
}
