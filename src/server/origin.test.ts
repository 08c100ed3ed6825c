// Where a request came from: its connection says it, or a proxy that is believed, and nobody else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { originOf } from './origin.ts'

function origin(remoteAddress: string, headers: Record<string, string>, trusted?: string[]) {
  const request = { headers, raw: { socket: { remoteAddress } } }
  return originOf(request, { port: 0, ...(trusted ? { trustedProxies: trusted } : {}) })
}

const FORWARDED = { 'x-forwarded-for': '1.1.1.1, 2.2.2.2', 'x-forwarded-proto': 'https' }

test('without proxies forwarded headers are only words', () => {
  const expected = { sourceIp: '9.9.9.9', secure: false, bypassesProxy: false }
  assert.deepEqual(origin('9.9.9.9', FORWARDED), expected)
})

test('a proxy that is believed tells the client and whether it came over TLS', () => {
  const told = origin('::ffff:10.0.0.2', FORWARDED, ['10.0.0.2'])
  assert.deepEqual(told, { sourceIp: '2.2.2.2', secure: true })
  const plain = { ...FORWARDED, 'x-forwarded-proto': 'https, http' }
  assert.equal(origin('10.0.0.2', plain, ['10.0.0.2']).secure, false)
})

test('of several proxies the last address that is none of them counts', () => {
  const chain = { 'x-forwarded-for': '6.6.6.6, 2.2.2.2, 10.0.0.3' }
  assert.equal(origin('10.0.0.2', chain, ['10.0.0.2', '10.0.0.3']).sourceIp, '2.2.2.2')
  assert.equal(origin('10.0.0.2', {}, ['10.0.0.2']).sourceIp, '10.0.0.2')
})

test('who goes around the proxies is known, this machine aside', () => {
  const around = origin('9.9.9.9', FORWARDED, ['10.0.0.2'])
  assert.deepEqual(around, { sourceIp: '9.9.9.9', secure: false, bypassesProxy: true })
  assert.equal(origin('127.0.0.1', FORWARDED, ['10.0.0.2']).bypassesProxy, false)
  assert.equal(origin('::1', FORWARDED, ['10.0.0.2']).bypassesProxy, false)
})
