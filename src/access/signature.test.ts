// Signatures as AWS defines them: AWS's published requests, every way to be wrong with AWS's error
// for it, and that nothing that was signed can be changed.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AccountId, parseAccountId, type RegionName } from '../model/index.ts'
import { signedHeaders } from '../wire/client/sign.ts'
import type { WireError } from '../wire/index.ts'
import { authenticate } from './authenticate.ts'
import { readCredential } from './credential.ts'
import type { AccessKey } from './identities.ts'
import { rootPrincipal } from './principal.ts'
import { calculateSignature } from './signature-calculation.ts'
import { type SignatureRules, signatureVerifier } from './signature-verification.ts'
import type { SignedRequest } from './signed-request.ts'

const ACCOUNT: AccountId = parseAccountId('111122223333')
const NOW = Date.parse('2026-01-02T03:04:05Z')
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const CALLER = { account: ACCOUNT, principal: rootPrincipal(ACCOUNT) }
const HOST = '127.0.0.1:8750'

function rules(key: Partial<AccessKey> = {}, changed: Partial<SignatureRules> = {}) {
  const known: AccessKey = {
    id: 'AKIDEXAMPLE',
    secret: SECRET,
    principal: rootPrincipal(ACCOUNT),
    ...key,
  }
  return {
    accessKey: (id: string) => (id === 'AKIDEXAMPLE' ? known : undefined),
    service: 'backup',
    region: (name: string) => (name === 'eu-west-1' ? (name as RegionName) : undefined),
    now: () => NOW,
    ...changed,
  }
}

async function callerOf(request: SignedRequest, by: SignatureRules = rules()) {
  return await authenticate(request, { mode: 'serve', verify: signatureVerifier(by) })
}

interface Making {
  readonly method?: string
  readonly rawUrl?: string
  readonly body?: string
  readonly headers?: Record<string, string>
  readonly secret?: string
  readonly sessionToken?: string
  readonly region?: string
  readonly atMs?: number
}

/** A request signed in its header, as a client does it. */
async function signed(making: Making = {}): Promise<SignedRequest> {
  const { method = 'PUT', rawUrl = '/copy-jobs', body = '{}', headers = {}, sessionToken } = making
  const [path = '/', query = ''] = rawUrl.split('?')
  const bytes = Buffer.from(body)
  const sent = await signedHeaders(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: [...new URLSearchParams(query)],
      headers: { host: HOST, 'content-type': 'application/json', ...headers },
      body: bytes,
    },
    {
      credentials: {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: making.secret ?? SECRET,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      },
      region: making.region ?? 'eu-west-1',
      atMs: making.atMs ?? NOW,
    },
  )
  const lower = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value])
  return { method, rawUrl, headers: Object.fromEntries(lower), body: bytes }
}

/** A request whose signature is in its URL. */
async function presigned({
  expires = '900',
  atMs = NOW,
  signedHeaders = 'host',
  headers = {},
}: {
  expires?: string
  atMs?: number
  signedHeaders?: string
  headers?: Record<string, string>
}): Promise<SignedRequest> {
  const longDate = `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const scope = `AKIDEXAMPLE/${longDate.slice(0, 8)}/eu-west-1/backup/aws4_request`
  const query = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encodeURIComponent(scope)}`,
    `X-Amz-Date=${longDate}`,
    `X-Amz-Expires=${expires}`,
    `X-Amz-SignedHeaders=${encodeURIComponent(signedHeaders)}`,
  ].join('&')
  const request = {
    method: 'GET',
    rawUrl: `/copy-jobs/?${query}`,
    headers: { host: HOST, ...headers },
  }
  const { signature } = await calculateSignature(request, {
    credential: readCredential({ ...request, rawUrl: `${request.rawUrl}&X-Amz-Signature=0` }),
    secret: SECRET,
    longDate,
    payloadHash: headers['x-amz-content-sha256'] ?? EMPTY_HASH,
  })
  return { ...request, rawUrl: `${request.rawUrl}&X-Amz-Signature=${signature}` }
}

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

async function refused(request: SignedRequest, by?: SignatureRules): Promise<string> {
  const error = await callerOf(request, by).then(
    () => assert.fail('it was accepted'),
    (reason: WireError) => reason,
  )
  assert.equal(error.status, 403, error.message)
  assert.ok(!error.message.includes(SECRET), 'a secret must not be told')
  return `${error.shape}: ${error.message}`
}

const vectors = new URL('../../test/vectors/sigv4/requests.ndjson', import.meta.url)

test("AWS's published signed requests are accepted, and refused when a letter differs", async () => {
  const lines = readFileSync(vectors, 'utf8').trim().split('\n')
  assert.ok(lines.length >= 37)
  for (const line of lines) {
    const { name, method, url, headers, body = '', sessionToken } = JSON.parse(line)
    const request = { method, rawUrl: url, headers, body: Buffer.from(body) }
    const by = rules(sessionToken === undefined ? {} : { sessionToken }, {
      service: 'service',
      region: () => 'us-east-1' as RegionName,
      now: () => Date.parse('2015-08-30T12:36:00Z'),
    })
    assert.equal((await callerOf(request, by)).principal.arn, CALLER.principal.arn, name)
    const otherMethod = { ...request, method: 'DELETE' }
    assert.match(await refused(otherMethod, by), /^InvalidSignatureException/, name)
  }
})

test('a signed request names its caller and Region', async () => {
  assert.deepEqual(await callerOf(await signed()), { ...CALLER, region: 'eu-west-1' })
})

test('an encoded ARN in the path is signed as it is sent', async () => {
  const arn = 'arn%3Aaws%3Abackup%3Aeu-west-1%3A111122223333%3Arecovery-point%3A1'
  const rawUrl = `/backup-vaults/aws%2Fdaily/recovery-points/${arn}?a=%2F+b&a=1&c`
  await callerOf(await signed({ method: 'GET', rawUrl: rawUrl.split('?')[0] ?? '', body: '' }))
  const changed = await signed({ method: 'GET', rawUrl: rawUrl.split('?')[0] ?? '', body: '' })
  const other = { ...changed, rawUrl: changed.rawUrl.replace('%2Fdaily', '/daily') }
  assert.match(await refused(other), /^InvalidSignatureException: The request signature/)
})

test('a request without a signature is told so', async () => {
  const anonymous = { method: 'GET', rawUrl: '/copy-jobs/', headers: { host: HOST } }
  assert.equal(await refused(anonymous), 'MissingAuthenticationToken: Missing Authentication Token')
})

test('a signature that lacks something is told all that it lacks', async () => {
  const authorization = 'AWS4-HMAC-SHA256 SignedHeaders=host'
  const headers = { host: HOST, authorization }
  assert.equal(
    await refused({ method: 'GET', rawUrl: '/', headers }),
    "IncompleteSignature: Authorization header requires 'Credential' parameter. " +
      "Authorization header requires 'Signature' parameter.",
  )
  const rawUrl = '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a'
  assert.match(
    await refused({ method: 'GET', rawUrl, headers: { host: HOST } }),
    /include 'X-Amz-Signature'\. .*'X-Amz-SignedHeaders'\. Re-examine/,
  )
  const { 'x-amz-date': _, ...undated } = (await signed()).headers
  assert.match(
    await refused({ ...(await signed()), headers: undated }),
    /^IncompleteSignature: .* either a 'X-Amz-Date' or a 'Date' header/,
  )
})

test('an unknown key and a wrong secret are told apart, and the canonical texts shown', async () => {
  const request = await signed()
  assert.equal(
    await refused(request, rules({}, { accessKey: () => undefined })),
    'UnrecognizedClientException: The security token included in the request is invalid.',
  )
  const text = await refused(await signed({ secret: 'another' }))
  assert.match(text, /^InvalidSignatureException: The request signature we calculated does not/)
  assert.match(text, /The Canonical String for this request should have been\n'PUT\n\/copy-jobs\n/)
  assert.match(text, /'AWS4-HMAC-SHA256\n20260102T030405Z\n20260102\/eu-west-1\/backup\/aws4_req/)
})

test('a scope of another Region, service or day is refused, the first two only to key owners', async () => {
  assert.equal(
    await refused(await signed({ region: 'eu-north-9' })),
    "InvalidSignatureException: Credential should be scoped to a valid region, not 'eu-north-9'. ",
  )
  assert.match(
    await refused(await signed({ region: 'eu-north-9', secret: 'another' })),
    /The request signature we calculated/,
  )
  assert.equal(
    await refused(await signed(), rules({}, { service: 'sts' })),
    "InvalidSignatureException: Credential should be scoped to correct service: 'sts'. ",
  )
  const request = await signed()
  const authorization = String(request.headers.authorization).replace('20260102', '20260101')
  assert.match(
    await refused({ ...request, headers: { ...request.headers, authorization } }),
    /^InvalidSignatureException: Date in Credential scope .* '20260101' != '20260102', from/,
  )
})

test('a signature holds for five minutes to either side', async () => {
  for (const minutes of [-5, 5]) await callerOf(await signed({ atMs: NOW + minutes * 60_000 }))
  assert.equal(
    await refused(await signed({ atMs: NOW - 301_000 })),
    'InvalidSignatureException: Signature expired: 20260102T025904Z is now earlier than ' +
      '20260102T025905Z (20260102T030405Z - 5 min.)',
  )
  assert.equal(
    await refused(await signed({ atMs: NOW + 301_000 })),
    'InvalidSignatureException: Signature not yet current: 20260102T030906Z is still later than ' +
      '20260102T030905Z (20260102T030405Z + 5 min.)',
  )
})

test('a request may be sent again within its time, as at AWS', async () => {
  const request = await signed()
  await callerOf(request)
  await callerOf(request)
})

test('a presigned URL holds as long as it says, a week at most', async () => {
  const { region, principal } = await callerOf(await presigned({}))
  assert.deepEqual([region, principal.arn], ['eu-west-1', CALLER.principal.arn])
  await callerOf(await presigned({ atMs: NOW - 900_000 }))
  await callerOf(await presigned({ expires: '604800', atMs: NOW - 604_800_000 }))
  assert.match(
    await refused(await presigned({ atMs: NOW - 901_000 })),
    /^InvalidSignatureException: Signature expired: 20260102T030404Z is now earlier than/,
  )
  for (const expires of ['604801', '0', '-1', 'soon', '']) {
    assert.match(await refused(await presigned({ expires })), /X-Amz-Expires must be/, expires)
  }
  const longer = await presigned({})
  const rawUrl = longer.rawUrl.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000')
  assert.match(await refused({ ...longer, rawUrl }), /^InvalidSignatureException: The request sig/)
})

test('what could change the meaning of a request must be signed', async () => {
  const request = await signed()
  const more = { ...request, headers: { ...request.headers, 'x-amz-target': 'Other' } }
  assert.match(await refused(more), /'x-amz-target' must be a 'SignedHeader'/)
  const without = String(request.headers.authorization).replace('host;', '')
  assert.match(
    await refused({ ...request, headers: { ...request.headers, authorization: without } }),
    /'Host' or ':authority' must be a 'SignedHeader'/,
  )
  const { host: _, ...hostless } = request.headers
  assert.match(await refused({ ...request, headers: hostless }), /'host' is a 'SignedHeader'/)
})

test('a body is what was signed; unsigned it passes over TLS only', async () => {
  const request = await signed({ body: '{"a":1}' })
  const tampered = { ...request, body: Buffer.from('{"a":2}') }
  assert.match(await refused(tampered), /^InvalidSignatureException: The request signature/)

  const unsigned = await signed({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })
  await callerOf({ ...unsigned, secure: true })
  assert.match(await refused(unsigned), /UNSIGNED-PAYLOAD needs TLS/)
  await callerOf({ ...unsigned, body: Buffer.alloc(0) })

  const wrong = await signed({ headers: { 'x-amz-content-sha256': EMPTY_HASH } })
  assert.match(await refused(wrong), /'x-amz-content-sha256' header does not match/)
  const stream = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  const streamed = await signed({ headers: { 'x-amz-content-sha256': stream } })
  assert.match(await refused(streamed), /^IncompleteSignature/)
})

test('a temporary key ends while its server runs, by the clock that is handed in', async () => {
  let now = NOW
  const verifying = rules({ sessionToken: 'token', expiresAt: NOW + 60_000 }, { now: () => now })
  const request = await signed({ sessionToken: 'token' })
  await callerOf(request, verifying)
  now = NOW + 59_999
  await callerOf(request, verifying)
  now = NOW + 60_000
  assert.match(await refused(request, verifying), /^ExpiredTokenException/)
  now = NOW
  await callerOf(request, verifying)
})

test('a temporary key needs its own token, until it ends', async () => {
  const by = (expiresAt: number) => rules({ sessionToken: 'token', expiresAt })
  await callerOf(await signed({ sessionToken: 'token' }), by(NOW + 1))
  assert.equal(
    await refused(await signed({ sessionToken: 'token' }), by(NOW)),
    'ExpiredTokenException: The security token included in the request is expired',
  )
  const invalid = /^UnrecognizedClientException/
  assert.match(await refused(await signed({ sessionToken: 'other' }), by(NOW + 1)), invalid)
  assert.match(await refused(await signed(), by(NOW + 1)), invalid)
  assert.match(await refused(await signed({ sessionToken: 'token' })), invalid)
})

test('no change of what was signed passes', async () => {
  const whole = await signed({ method: 'GET', rawUrl: '/copy-jobs/?state=FAILED&x=1', body: '' })
  await callerOf(whole)
  const letter = fc.constantFrom(...'abcXYZ019%/.-_~+&=')
  await fc.assert(
    fc.asyncProperty(fc.nat(), letter, async (place, other) => {
      const at = 1 + (place % (whole.rawUrl.length - 1))
      const rawUrl = whole.rawUrl.slice(0, at) + other + whole.rawUrl.slice(at + 1)
      if (rawUrl === whole.rawUrl || isOnlyRespelled(rawUrl, whole.rawUrl)) return
      await assert.rejects(callerOf({ ...whole, rawUrl }), { status: 403 })
    }),
  )
})

/** Two spellings of one request, as AWS canonicalises them. */
function isOnlyRespelled(one: string, other: string): boolean {
  const normal = (url: string) => {
    const [path = '', query = ''] = url.split('?')
    const segments = path.split('/').filter((part) => part !== '' && part !== '.')
    return [segments.join('/'), path.endsWith('/'), query.split('&').filter(Boolean).sort()]
  }
  return JSON.stringify(normal(one)) === JSON.stringify(normal(other))
}
