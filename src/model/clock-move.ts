// What somebody may ask a development server's clock: to go on, to be at a time, or to be real
// time again. Pure.

/** Where the clock is to be, as its distance from real time. */
export type ClockMove = { readonly movedMs: number }

/** A hundred and one years: a year more than anything can be kept. */
const MOVED_MS_MAX = 101 * 366 * 24 * 60 * 60 * 1000

/**
 * Reads `{"advanceSeconds": n}`, `{"to": time}` or `{"reset": true}`, exactly one of them. Times
 * are ISO 8601 with a zone, or seconds since 1970.
 */
export function parseClockMove(
  body: unknown,
  clock: { readonly now: number; readonly movedMs: number },
): ClockMove | { readonly parameter: string; readonly reason: string } {
  const given = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const [first] = given
  if (given.length !== 1 || first === undefined) {
    return { parameter: 'body', reason: 'it must be one of advanceSeconds, to, reset' }
  }
  const [name, value] = first
  const movedMs = movedBy(name, value, clock)
  if (typeof movedMs === 'string') return { parameter: name, reason: movedMs }
  if (Math.abs(movedMs) > MOVED_MS_MAX) {
    return { parameter: name, reason: 'it must not be more than 101 years from now' }
  }
  return { movedMs }
}

/** The distance, or what is wrong with the value. */
function movedBy(
  name: string,
  value: unknown,
  { now, movedMs }: { readonly now: number; readonly movedMs: number },
): number | string {
  switch (name) {
    case 'advanceSeconds':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'it must be a number'
      return Math.round(movedMs + value * 1000)
    case 'to': {
      const to = typeof value === 'number' ? value * 1000 : parseTime(value)
      if (to === undefined || !Number.isFinite(to)) {
        return 'it must be a time such as 2027-01-31T12:00:00Z, or seconds since 1970'
      }
      return Math.round(movedMs + to - now)
    }
    case 'reset':
      return value === true ? 0 : 'it must be true'
    default:
      return 'it must be one of advanceSeconds, to, reset'
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

function parseTime(value: unknown): number | undefined {
  return typeof value === 'string' && TIME.test(value) ? Date.parse(value) : undefined
}
