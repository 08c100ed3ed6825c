// When a signature holds: within five minutes of its date, or for as long as a presigned URL says.
// Within that time a request may be sent again; AWS keeps no list of what it has seen, nor do we.

import type { Credential } from './credential.ts'
import { incomplete, invalid } from './signature-refusals.ts'

/** How far the clocks of caller and server may differ, as most services of AWS have it. */
const SKEW_MS_MAX = 5 * 60_000
const SKEW = '5 min.'
/** A presigned URL holds a week at most (AWS Signature Version 4). */
const EXPIRES_S_MAX = 7 * 24 * 3600

/** The date that was signed, `20260102T030405Z`. Throws `WireError` where it does not hold now. */
export function checkTime(credential: Credential, nowMs: number): string {
  const { signedAt, presigned, date } = credential
  const signedMs = momentOf(signedAt)
  if (signedMs === undefined) {
    throw incomplete(
      presigned
        ? "AWS query-string parameters must include 'X-Amz-Date'. " +
            'Re-examine the query-string parameters.'
        : "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
  const longDate = longDateOf(signedMs)
  if (!longDate.startsWith(date)) {
    throw invalid(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${date}' != '${longDate.slice(0, 8)}', from '${longDate}'.`,
    )
  }
  if (signedMs > nowMs + SKEW_MS_MAX) {
    const latest = `${longDateOf(nowMs + SKEW_MS_MAX)} (${longDateOf(nowMs)} + ${SKEW})`
    throw invalid(`Signature not yet current: ${longDate} is still later than ${latest}`)
  }
  checkOld({ longDate, signedMs, nowMs, expires: presigned?.expires })
  return longDate
}

function checkOld(at: {
  longDate: string
  signedMs: number
  nowMs: number
  expires: string | undefined
}): void {
  const { longDate, signedMs, nowMs, expires } = at
  if (expires === undefined) {
    if (signedMs >= nowMs - SKEW_MS_MAX) return
    const earliest = `${longDateOf(nowMs - SKEW_MS_MAX)} (${longDateOf(nowMs)} - ${SKEW})`
    throw invalid(`Signature expired: ${longDate} is now earlier than ${earliest}`)
  }
  const seconds = /^[0-9]{1,6}$/.test(expires) ? Number(expires) : 0
  if (seconds < 1 || seconds > EXPIRES_S_MAX) {
    throw incomplete(`X-Amz-Expires must be between 1 and ${EXPIRES_S_MAX} seconds.`)
  }
  const endMs = signedMs + seconds * 1000
  if (nowMs > endMs) {
    throw invalid(
      `Signature expired: ${longDateOf(endMs)} is now earlier than ${longDateOf(nowMs)}`,
    )
  }
}

const LONG_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parts = LONG_DATE.exec(text)
  const [, year, month, day, hour, minute, second] = parts ?? []
  const iso = parts ? `${year}-${month}-${day}T${hour}:${minute}:${second}Z` : text
  const moment = Date.parse(iso)
  return Number.isNaN(moment) ? undefined : moment
}

function longDateOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}
