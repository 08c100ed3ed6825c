// Goal: requests go where AWS's command line sends them. Method: addresses asked for directly.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsEndpoint, parseEndpoint } from './endpoint.ts'

test('every Region has the address its partition gives it, in each variant', () => {
  assert.equal(awsEndpoint('eu-west-1'), 'https://backup.eu-west-1.amazonaws.com')
  assert.equal(awsEndpoint('cn-north-1'), 'https://backup.cn-north-1.amazonaws.com.cn')
  assert.equal(
    awsEndpoint('us-east-1', { fips: true }),
    'https://backup-fips.us-east-1.amazonaws.com',
  )
  const both = awsEndpoint('us-east-1', { fips: true, dualStack: true })
  assert.equal(both, 'https://backup-fips.us-east-1.api.aws')
  assert.throws(() => awsEndpoint('us-iso-east-1', { dualStack: true }), /does not support/)
  assert.throws(() => awsEndpoint('-x'), /Provided region_name '-x' doesn't match/)
})

test('an address may have a path, a port, a name in capitals or in brackets', () => {
  assert.deepEqual(parseEndpoint('HTTPS://Host:8443/a/b/'), {
    protocol: 'https:',
    hostname: 'host',
    port: 8443,
    basePath: '/a/b',
  })
  assert.equal(parseEndpoint('http://[::1]:80').hostname, '[::1]')
})
