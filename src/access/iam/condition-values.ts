// Numbers and dates as conditions write them, in policies and in requests.

const NUMBER = /^[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?$/
const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const TIME = '[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?'
const DATE = new RegExp(`^${DAY}(?:T${TIME}(?:Z|[+-][0-9]{2}:[0-9]{2}))?$`)

export function isNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** The number; undefined when the text is none. */
export function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined
}

export function isDateValue(text: string): boolean {
  return dateOf(text) !== undefined
}

/** Milliseconds since 1970 of an ISO 8601 date or of seconds since 1970. */
export function dateOf(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text) * 1000
  if (!DATE.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
