// Dates and moments of YAML as the reference builds and shows them.

import { PythonDate } from './python.ts'

const ZONE = String.raw`(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?`
const TIME = String.raw`(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?${ZONE}`
const PARTS = new RegExp(String.raw`^(\d{4})-(\d\d?)-(\d\d?)(?:${TIME})?$`)

/** A date or a moment. Throws Error in Python's words for one that no calendar has. */
export function yamlMoment(text: string): PythonDate {
  const parts = PARTS.exec(text)
  if (!parts) throw new Error(`failed to construct timestamp from "${text}"`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  checkCalendar(year, month, day)
  const date = [String(year).padStart(4, '0'), two(month), two(day)].join('-')
  if (parts[4] === undefined) return new PythonDate(date, 'date')
  checkClock(hour, minute, second)
  const micros = Math.round(Number(`0.${parts[7] || '0'}`) * 1e6) % 1e6
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${fraction}`
  const zone =
    parts[8] === undefined
      ? ''
      : parts[8] === 'Z'
        ? '+00:00'
        : `${parts[9]}${two(Number(parts[10]))}:${parts[11] ?? '00'}`
  return new PythonDate(`${date} ${clock}${zone}`, 'datetime')
}

const two = (number: number) => String(number).padStart(2, '0')

function checkCalendar(year: number, month: number, day: number): void {
  if (year < 1) throw new Error(`year ${year} is out of range`)
  if (month < 1 || month > 12) throw new Error('month must be in 1..12')
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  if (day < 1 || day > last) throw new Error('day is out of range for month')
}

function checkClock(hour: number, minute: number, second: number): void {
  if (hour > 23) throw new Error('hour must be in 0..23')
  if (minute > 59) throw new Error('minute must be in 0..59')
  if (second > 59) throw new Error('second must be in 0..59')
}
