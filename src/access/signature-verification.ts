// Proves that who sent a request has the secret of the key it names: AWS Signature Version 4, in
// the header or presigned. Says nothing about what the caller may do.

import { timingSafeEqual } from 'node:crypto'
import type { Verifier } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { Credential } from './credential.ts'
import type { AccessKey } from './identities.ts'
import { type Calculated, calculateSignature, hashOf } from './signature-calculation.ts'
import { incomplete, invalid, mismatch, sessionOver, unrecognized } from './signature-refusals.ts'
import { checkTime } from './signature-time.ts'

/** What signatures are checked against. */
export interface SignatureRules {
  accessKey(id: string): AccessKey | undefined
  /** The service that must be named, such as `backup`. */
  readonly service: string
  /** The Region as the server's own; undefined for one that it does not have. */
  region(name: string): Caller['region'] | undefined
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * A verifier of signatures. It throws `WireError` 403: UnrecognizedClientException,
 * ExpiredTokenException, IncompleteSignature or InvalidSignatureException. Region and service are
 * told apart only once the signature is right, so that nobody without a key learns of them.
 */
export function signatureVerifier(rules: SignatureRules): Verifier {
  return async (credential, request) => {
    const longDate = checkTime(credential, rules.now())
    checkSignedHeaders(credential, request.headers)
    const key = rules.accessKey(credential.accessKeyId)
    if (!key || !isSame(credential.sessionToken ?? '', key.sessionToken ?? '')) {
      throw unrecognized()
    }
    const payloadHash = await payloadHashOf(credential, request)
    const signing = { credential, secret: key.secret, longDate, payloadHash }
    checkMatch(credential, await calculateSignature(request, signing))
    if (key.expiresAt !== undefined && rules.now() >= key.expiresAt) throw sessionOver()
    if (credential.service !== rules.service) {
      throw invalid(`Credential should be scoped to correct service: '${rules.service}'. `)
    }
    const region = rules.region(credential.region)
    if (region === undefined) {
      const given = credential.region.slice(0, 80)
      throw invalid(`Credential should be scoped to a valid region, not '${given}'. `)
    }
    return { account: key.principal.account, region, principal: key.principal }
  }
}

type Headers = Parameters<Verifier>[1]['headers']

/** Whatever could change a request's meaning must be signed: host, and all that is Amazon's. */
function checkSignedHeaders({ signedHeaders, presigned }: Credential, headers: Headers): void {
  if (!signedHeaders.includes('host')) {
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  for (const name of signedHeaders) {
    if (!Object.hasOwn(headers, name)) {
      const said = /^[\w-]{1,100}$/.test(name) ? name : 'something else'
      throw invalid(`'${said}' is a 'SignedHeader' and is not in the request.`)
    }
  }
  // Of a presigned request only the URL counts.
  if (presigned) return
  const signed = new Set(signedHeaders)
  for (const name of Object.keys(headers)) {
    // The token may be added after signing; it must be the key's in any case.
    if (!name.startsWith('x-amz-') || name === 'x-amz-security-token') continue
    if (!signed.has(name)) {
      throw invalid(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`)
    }
  }
  if (!signedHeaders.includes('x-amz-date') && !signedHeaders.includes('date')) {
    throw invalid("'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.")
  }
}

const CONTENT_HASH = 'x-amz-content-sha256'
const UNSIGNED = 'UNSIGNED-PAYLOAD'

/**
 * What stands for the body. A body may stay unsigned where nobody can change it on its way: over
 * TLS. `UNSIGNED-PAYLOAD` for an empty body is as good as its hash.
 */
async function payloadHashOf(
  { signedHeaders }: Credential,
  { headers, body, secure }: Parameters<Verifier>[1],
): Promise<string> {
  const actual = await hashOf(body ?? new Uint8Array())
  if (!signedHeaders.includes(CONTENT_HASH)) return actual
  const said = String(headers[CONTENT_HASH] ?? '')
  if (said === UNSIGNED) {
    if (secure || (body?.length ?? 0) === 0) return UNSIGNED
    throw invalid(`${UNSIGNED} needs TLS; sign the body's SHA-256 instead.`)
  }
  if (said.startsWith('STREAMING-')) {
    throw incomplete(`X-Amz-Content-SHA256 must be the body's SHA-256 or ${UNSIGNED}.`)
  }
  if (!isSame(said, actual)) {
    throw invalid("The provided 'x-amz-content-sha256' header does not match what was computed.")
  }
  return said
}

function checkMatch({ signature }: Credential, calculated: Calculated): void {
  if (!isSame(signature, calculated.signature)) throw mismatch(calculated)
}

/** Takes as long whether the first or the last letter differs. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
