// The credential of AWS Signature Version 4 as a request carries it: in the Authorization header,
// or in the query of a presigned URL. Parsed completely, so that verifying needs nothing more.
// Texts are AWS's, without the echo of the header.

import { WireError } from '../wire/index.ts'
import type { SignedRequest } from './signed-request.ts'

/** What a request says about its signature; nothing of it is verified here. */
export interface Credential {
  readonly accessKeyId: string
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
  /** Lower-case names, in the order given. */
  readonly signedHeaders: readonly string[]
  /** Hexadecimal. */
  readonly signature: string
  readonly sessionToken?: string
  /** When it was signed, as written: `20260102T030405Z`, or an HTTP date of a `Date` header. */
  readonly signedAt?: string
  /** Of a presigned URL only. */
  readonly presigned?: {
    /** Seconds it is good for, as written. */
    readonly expires?: string
  }
}

/** Whether a request says anything of who signed it, be it readable or not. */
export function isSigned({ rawUrl, headers }: Pick<SignedRequest, 'rawUrl' | 'headers'>): boolean {
  return Boolean(headers.authorization) || isPresigned(queryFields(rawUrl))
}

/** Throws `WireError` 403: MissingAuthenticationToken or IncompleteSignature. */
export function readCredential(request: Pick<SignedRequest, 'rawUrl' | 'headers'>): Credential {
  const { headers } = request
  if (typeof headers.authorization === 'string' && headers.authorization !== '') {
    return {
      ...credentialOf(headerFields(headers.authorization), HEADER),
      ...optional('sessionToken', text(headers['x-amz-security-token'])),
      ...optional('signedAt', text(headers['x-amz-date']) ?? text(headers.date)),
    }
  }
  const query = queryFields(request.rawUrl)
  if (isPresigned(query)) return presigned(query)
  throw new WireError({
    shape: 'MissingAuthenticationToken',
    status: 403,
    message: 'Missing Authentication Token',
  })
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** How AWS says what is missing, for either place of a signature. */
type Lack = (names: readonly string[]) => string

const HEADER: Lack = (names) =>
  names.map((name) => `Authorization header requires '${name}' parameter.`).join(' ')

const QUERY: Lack = (names) => {
  const lacks = names.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`)
  return `${lacks.join(' ')} Re-examine the query-string parameters.`
}

function headerFields(authorization: string): Map<string, string> {
  const space = authorization.indexOf(' ')
  const algorithm = space < 0 ? authorization : authorization.slice(0, space)
  if (algorithm !== ALGORITHM) {
    const given = /^[\w-]{1,40}$/.test(algorithm) ? algorithm : 'something else'
    throw incomplete(`Unsupported AWS 'algorithm': '${given}'; it must be '${ALGORITHM}'.`)
  }
  const fields = new Map<string, string>()
  for (const part of authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=')
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim())
  }
  return fields
}

function isPresigned(query: ReadonlyMap<string, string>): boolean {
  return query.has('X-Amz-Algorithm') || query.has('X-Amz-Credential')
}

function presigned(query: ReadonlyMap<string, string>): Credential {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) {
    throw incomplete(`Unsupported AWS 'algorithm': X-Amz-Algorithm must be '${ALGORITHM}'.`)
  }
  const fields = new Map(FIELDS.map((name) => [name, query.get(`X-Amz-${name}`) ?? '']))
  return {
    ...credentialOf(fields, QUERY),
    ...optional('sessionToken', query.get('X-Amz-Security-Token')),
    ...optional('signedAt', query.get('X-Amz-Date')),
    presigned: { ...optional('expires', query.get('X-Amz-Expires')) },
  }
}

const FIELDS = ['Credential', 'Signature', 'SignedHeaders']

function credentialOf(fields: ReadonlyMap<string, string>, lack: Lack): Credential {
  const missing = FIELDS.filter((name) => !fields.get(name))
  if (missing.length > 0) throw incomplete(lack(missing))
  const [accessKeyId, date, region, service, ending, ...rest] = (fields.get('Credential') ?? '')
    .split('/')
    .map((part) => part.trim())
  if (!accessKeyId || !date || !region || !service || !ending || rest.length) {
    const example = 'keyid/date/region/service/term'
    throw incomplete(`Credential must have exactly 5 slash-delimited elements, e.g. ${example}.`)
  }
  if (ending !== 'aws4_request') {
    throw incomplete("Credential should be scoped with a valid terminator: 'aws4_request'.")
  }
  if (!/^[0-9]{8}$/.test(date)) throw incomplete('The date in Credential must be YYYYMMDD.')
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
  }
}

function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>)
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** First value of each key of the query. */
function queryFields(rawUrl: string): Map<string, string> {
  const mark = rawUrl.indexOf('?')
  const fields = new Map<string, string>()
  if (mark < 0) return fields
  for (const [key, value] of new URLSearchParams(rawUrl.slice(mark + 1))) {
    if (!fields.has(key)) fields.set(key, value)
  }
  return fields
}

function incomplete(message: string): WireError {
  return new WireError({ shape: 'IncompleteSignature', status: 403, message })
}
