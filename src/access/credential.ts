// The credential of AWS Signature Version 4 as a request carries it: in the Authorization header,
// or in the query of a presigned URL. Parsed completely, so that verifying needs nothing more.

import { WireError } from '../wire/index.ts'
import type { SignedRequest } from './authenticate.ts'

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
}

/** Whether a request says anything of who signed it, be it readable or not. */
export function isSigned({ rawUrl, headers }: Pick<SignedRequest, 'rawUrl' | 'headers'>): boolean {
  return Boolean(headers.authorization) || isPresigned(queryFields(rawUrl))
}

/** Throws `WireError` 403: MissingAuthenticationToken or IncompleteSignature. */
export function readCredential(request: Pick<SignedRequest, 'rawUrl' | 'headers'>): Credential {
  const { authorization } = request.headers
  if (typeof authorization === 'string' && authorization !== '') {
    const token = request.headers['x-amz-security-token']
    return credentialOf(headerFields(authorization), typeof token === 'string' ? token : undefined)
  }
  const query = queryFields(request.rawUrl)
  if (isPresigned(query)) return presigned(query)
  throw new WireError({
    shape: 'MissingAuthenticationToken',
    status: 403,
    message: 'The request must contain a valid access key ID: it carries no signature.',
  })
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

function headerFields(authorization: string): Map<string, string> {
  const space = authorization.indexOf(' ')
  const algorithm = space < 0 ? authorization : authorization.slice(0, space)
  if (algorithm !== ALGORITHM) {
    throw incomplete(`the algorithm must be ${ALGORITHM}, and not ${algorithm.slice(0, 40)}`)
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
    throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}`)
  }
  const fields = new Map(
    ['Credential', 'SignedHeaders', 'Signature'].map((name) => [
      name,
      query.get(`X-Amz-${name}`) ?? '',
    ]),
  )
  return credentialOf(fields, query.get('X-Amz-Security-Token'))
}

function credentialOf(
  fields: ReadonlyMap<string, string>,
  sessionToken: string | undefined,
): Credential {
  const [accessKeyId, date, region, service, ending, ...rest] = field(fields, 'Credential')
    .split('/')
    .map((part) => part.trim())
  if (!accessKeyId || !date || !region || !service || ending !== 'aws4_request' || rest.length) {
    throw incomplete('Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request')
  }
  if (!/^[0-9]{8}$/.test(date)) throw incomplete('the date in Credential must be YYYYMMDD')
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: field(fields, 'SignedHeaders').split(';'),
    signature: field(fields, 'Signature'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
}

function field(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name)
  if (!value) throw incomplete(`it lacks ${name}`)
  return value
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

function incomplete(reason: string): WireError {
  const message = `The signature cannot be read: ${reason}.`
  return new WireError({ shape: 'IncompleteSignature', status: 403, message })
}
