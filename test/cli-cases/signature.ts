// Checks the AWS Signature Version 4 of a request, independently of the code that signs. The
// secret of a test's key K is "s3cr3t+" + K.

import { createHash, createHmac } from 'node:crypto'

const AUTHORIZATION = new RegExp(
  '^AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]*)/([^/]+)/aws4_request, ?' +
    'SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$',
)

interface SignedRequest {
  readonly method: string
  /** Raw path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Whether the signature holds, and the scope it names with the date left out. */
export function checkSignature(request: SignedRequest): { sigv4: string; credential: string } {
  const { headers } = request
  const authorization = headers.authorization
  if (!authorization) return { sigv4: 'absent', credential: '' }
  const match = AUTHORIZATION.exec(authorization)
  if (!match)
    return {
      sigv4: 'other',
      credential: authorization.includes('Signature=')
        ? 'AWS4-HMAC-SHA256 (malformed)'
        : authorization,
    }
  const [, id = '', date = '', region = '', service = '', signed = '', signature] = match
  const scope = `${date}/${region}/${service}/aws4_request`
  const canonical = canonicalRequest(request, signed)
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'] ?? '', scope, sha256(canonical)].join(
    '\n',
  )
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4s3cr3t+${id}`,
  )
  const expected = createHmac('sha256', key).update(text).digest('hex')
  return {
    sigv4: expected === signature ? 'valid' : 'invalid',
    credential: `${id}/{{DATE}}/${region}/${service}/aws4_request`,
  }
}

function canonicalRequest(request: SignedRequest, signed: string): string {
  const target = request.target.replace(/^https?:\/\/[^/]+/, '')
  const at = target.indexOf('?')
  const rawPath = at === -1 ? target : target.slice(0, at)
  const rawQuery = at === -1 ? '' : target.slice(at + 1)
  const pairs = rawQuery === '' ? [] : rawQuery.split('&').map(canonicalPair)
  const lines = signed.split(';').map((name) => {
    const value = (request.headers[name] ?? '').trim().replace(/\s+/g, ' ')
    return `${name}:${value}\n`
  })
  const path = rawPath.split('/').map(encode).join('/') || '/'
  const body = request.headers['x-amz-content-sha256'] ?? sha256(request.body)
  return [request.method, path, pairs.sort().join('&'), lines.join(''), signed, body].join('\n')
}

function canonicalPair(pair: string): string {
  const [name = '', ...rest] = pair.split('=')
  return `${encode(decodeURIComponent(name))}=${encode(decodeURIComponent(rest.join('=')))}`
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
