// Who is asking, in both places where a signature may stand, and what is no signature at all.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate } from './authenticate.ts'
import { type Credential, isSigned, readCredential } from './credential.ts'

const REST = 'SignedHeaders=host;x-amz-date, Signature=abc'

function header(scope: string) {
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, ${REST}` }
}

async function callerOf(headers: Record<string, string>, rawUrl = '/') {
  return await authenticate({ method: 'GET', rawUrl, headers }, { mode: 'dev' })
}

test('a key of twelve digits is its account, and any other is the first one', async () => {
  const { account, region, principal } = await callerOf(
    header('111122223333/20260102/eu-west-1/backup/aws4_request'),
  )
  assert.deepEqual([account, region], ['111122223333', 'eu-west-1'])
  assert.equal(principal.arn, 'arn:aws:iam::111122223333:root')
  const other = await callerOf(header('AKIDEXAMPLE/20260102/us-east-1/backup/aws4_request'))
  assert.equal(other.account, '000000000000')
})

test('a presigned URL is signed', async () => {
  const scope = encodeURIComponent('111122223333/20260102/ap-southeast-2/backup/aws4_request')
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}`
  const rawUrl = `/copy-jobs?${query}&X-Amz-SignedHeaders=host&X-Amz-Signature=abc`
  const { account, region } = await callerOf({}, rawUrl)
  assert.deepEqual([account, region], ['111122223333', 'ap-southeast-2'])
  assert.equal(isSigned({ rawUrl, headers: {} }), true)
})

test('an unsigned request has no caller', async () => {
  assert.equal(isSigned({ rawUrl: '/a?b=c', headers: {} }), false)
  await assert.rejects(callerOf({}), { shape: 'MissingAuthenticationToken', status: 403 })
  await assert.rejects(callerOf({ authorization: '' }), { shape: 'MissingAuthenticationToken' })
})

test('what cannot be read is no signature', async () => {
  const unreadable = [
    'Bearer abc',
    'AWS4-HMAC-SHA256',
    `AWS4-HMAC-SHA256 ${REST}`,
    'AWS4-HMAC-SHA256 Credential=1/20260102/eu-west-1/backup/aws4_request, Signature=abc',
    'AWS4-HMAC-SHA256 Credential=1/20260102/eu-west-1/backup/aws4_request, SignedHeaders=host',
    header('111122223333').authorization,
    header('1/2026/eu-west-1/backup/aws4_request').authorization,
    header('1/20260102//backup/aws4_request').authorization,
    header('1/20260102/eu-west-1/backup/aws3').authorization,
    header('1/20260102/eu-west-1/backup/aws4_request/more').authorization,
    header('1/20260102/EUROPE/backup/aws4_request').authorization,
    header('1/20260102/../backup/aws4_request').authorization,
  ]
  for (const authorization of unreadable) {
    const refusal = { shape: 'IncompleteSignature', status: 403 }
    await assert.rejects(callerOf({ authorization }), refusal, authorization)
  }
  for (const query of ['X-Amz-Credential=a', 'X-Amz-Algorithm=AWS4-HMAC-SHA256']) {
    await assert.rejects(callerOf({}, `/?${query}`), { shape: 'IncompleteSignature' })
  }
})

test('a verifier is told all that the signature says', async () => {
  const headers = {
    ...header('AKID/20260102/eu-west-1/backup/aws4_request'),
    'x-amz-security-token': 'token',
  }
  const expected: Credential = {
    accessKeyId: 'AKID',
    date: '20260102',
    region: 'eu-west-1',
    service: 'backup',
    signedHeaders: ['host', 'x-amz-date'],
    signature: 'abc',
    sessionToken: 'token',
  }
  assert.deepEqual(readCredential({ rawUrl: '/', headers }), expected)
  const refusal = new Error('not verified')
  const verifying = authenticate(
    { method: 'GET', rawUrl: '/', headers },
    {
      mode: 'serve',
      verify: async (credential) => {
        assert.deepEqual(credential, expected)
        throw refusal
      },
    },
  )
  await assert.rejects(verifying, refusal)
})
