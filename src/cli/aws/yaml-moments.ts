// Dates and moments of YAML as the reference builds and shows them.

import { PythonDate, representMinutes } from './python.ts'

const ZONE = String.raw`(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?`
const TIME = String.raw`(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?${ZONE}`
const PARTS = new RegExp(String.raw`^(\d{4})-(\d\d?)-(\d\d?)(?:${TIME})?$`)

/**
 * A date or a moment; undefined for another text. Throws Error in Python's words for one that no
 * calendar has.
 */
export function yamlMoment(text: string): PythonDate | undefined {
  const parts = PARTS.exec(text)
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  checkCalendar(year, month, day)
  const date = [String(year).padStart(4, '0'), two(month), two(day)].join('-')
  if (parts[4] === undefined) return new PythonDate(date, 'date')
  checkClock(hour, minute, second)
  const micros = Math.round(Number(`0.${parts[7] || '0'}`) * 1e6)
  const moment = later(`${date}T${two(hour)}:${two(minute)}:${two(second)}Z`, micros === 1e6)
  const fraction = micros % 1e6 === 0 ? '' : `.${String(micros).padStart(6, '0')}`
  if (parts[8] === undefined) return new PythonDate(moment + fraction, 'datetime')
  if (parts[8] === 'Z') return new PythonDate(`${moment}${fraction}+00:00`, 'datetime', 'Z')
  const zone = `${parts[9]}${two(Number(parts[10]))}:${parts[11] ?? '00'}`
  checkZone((parts[9] === '-' ? -1 : 1) * (Number(parts[10]) * 60 + Number(parts[11] ?? 0)))
  return new PythonDate(`${moment}${fraction}${zone}`, 'datetime')
}

const two = (number: number) => String(number).padStart(2, '0')

// A fraction that rounds to a whole second counts one on.
function later(moment: string, bySecond: boolean): string {
  const shown = new Date(Date.parse(moment) + (bySecond ? 1000 : 0)).toISOString()
  if (shown.startsWith('+')) throw new Error('date value out of range')
  return shown.slice(0, 19).replace('T', ' ')
}

function checkCalendar(year: number, month: number, day: number): void {
  if (year < 1) throw new Error(`year must be in 1..9999, not ${year}`)
  if (month < 1 || month > 12) throw new Error(`month must be in 1..12, not ${month}`)
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  if (day >= 1 && day <= last) return
  throw new Error(`day ${day} must be in range 1..${last} for month ${month} in year ${year}`)
}

function checkClock(hour: number, minute: number, second: number): void {
  if (hour > 23) throw new Error(`hour must be in 0..23, not ${hour}`)
  if (minute > 59) throw new Error(`minute must be in 0..59, not ${minute}`)
  if (second > 59) throw new Error(`second must be in 0..59, not ${second}`)
}

function checkZone(minutes: number): void {
  if (Math.abs(minutes) < 1440) return
  const day = 'timedelta(hours=24)'
  const range = `offset must be a timedelta strictly between -${day} and ${day}`
  throw new Error(`${range}, not ${representMinutes(minutes)}`)
}
