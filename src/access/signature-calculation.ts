// The signature that a request ought to have, computed by the SDK's own signer: what was signed is
// rebuilt from the request as it arrived, its URL untouched. Promises the canonical form of AWS
// Signature Version 4 for every service but S3: paths are encoded once more than they came.

import { getCanonicalHeaders, getSigningKey, SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../wire/index.ts'
import type { Credential } from './credential.ts'
import type { SignedRequest } from './signed-request.ts'

/** A signature and the two texts it was made of, which AWS tells a caller whose own differs. */
export interface Calculated {
  /** Hexadecimal. */
  readonly signature: string
  readonly canonicalRequest: string
  readonly stringToSign: string
}

/** What signing a request takes besides the request. */
export interface Signing {
  readonly credential: Credential
  readonly secret: string
  /** `20260102T030405Z`. */
  readonly longDate: string
  /** SHA-256 of the body in hexadecimal, or the word that stands for it. */
  readonly payloadHash: string
}

/** The signature of `request` by the one who has the secret. */
export async function calculateSignature(
  request: Pick<SignedRequest, 'method' | 'rawUrl' | 'headers'>,
  signing: Signing,
): Promise<Calculated> {
  const { accessKeyId, region, service } = signing.credential
  const credentials = { accessKeyId, secretAccessKey: signing.secret }
  return await new Recalculation({ credentials, region, service, sha256: Sha256 }).of(
    request,
    signing,
  )
}

/** Hash of a body as signatures hold it. */
export async function hashOf(body: Uint8Array): Promise<string> {
  const hash = new Sha256()
  hash.update(body)
  return Buffer.from(await hash.digest()).toString('hex')
}

/** The signer, told which headers were signed instead of choosing them. */
class Recalculation extends SignatureV4 {
  async of(
    { method, rawUrl, headers }: Pick<SignedRequest, 'method' | 'rawUrl' | 'headers'>,
    { credential, secret, longDate, payloadHash }: Signing,
  ): Promise<Calculated> {
    const { accessKeyId, date, region, service, signedHeaders } = credential
    const { path, query } = partsOf(rawUrl)
    const whole = { protocol: 'http:', hostname: '', method, path, query }
    const signed = signedOnly(headers, signedHeaders)
    const canonicalRequest = this.createCanonicalRequest(
      { ...whole, headers: signed },
      getCanonicalHeaders({ ...whole, headers: signed }, undefined, new Set(signedHeaders)),
      payloadHash,
    )
    const stringToSign = await this.createStringToSign(
      longDate,
      `${date}/${region}/${service}/aws4_request`,
      canonicalRequest,
      'AWS4-HMAC-SHA256',
    )
    const owner = { accessKeyId, secretAccessKey: secret }
    const hmac = new Sha256(await getSigningKey(Sha256, owner, date, region, service))
    hmac.update(stringToSign)
    const signature = Buffer.from(await hmac.digest()).toString('hex')
    return { signature, canonicalRequest, stringToSign }
  }
}

function signedOnly(
  headers: SignedRequest['headers'],
  signedHeaders: readonly string[],
): Record<string, string> {
  const found = signedHeaders.map((name): [string, string] => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined
    return [name, Array.isArray(value) ? value.join(',') : (value ?? '')]
  })
  return Object.fromEntries(found.map(([name, value]) => [name, value.trim()]))
}

/** A query's values decoded, all of each key; the signature itself is left out by the signer. */
function partsOf(rawUrl: string): { path: string; query: Record<string, string[]> } {
  const mark = rawUrl.indexOf('?')
  const values = new Map<string, string[]>()
  for (const pair of mark < 0 ? [] : rawUrl.slice(mark + 1).split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const key = decoded(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decoded(pair.slice(equals + 1))
    const known = values.get(key)
    if (known) known.push(value)
    else values.set(key, [value])
  }
  return { path: mark < 0 ? rawUrl : rawUrl.slice(0, mark), query: Object.fromEntries(values) }
}

/** A plus is a plus here; what is no valid encoding stays as it is, and then fails to match. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    if (error instanceof URIError) return part
    throw error
  }
}
