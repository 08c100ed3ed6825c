// Goal: requests go where AWS's command line sends them. Method: addresses asked for directly.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost, withStub } from '../stub.suite.ts'
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

test('an address whose name cannot be one is refused', () => {
  for (const url of ['http://a b', 'http://a_b', 'http://a!b', 'http://-a', 'http://a..b']) {
    assert.throws(() => parseEndpoint(url), { message: `Invalid endpoint: ${url}` })
  }
  assert.throws(() => parseEndpoint('http://[::1'), { message: 'Invalid IPv6 URL' })
  assert.equal(parseEndpoint('http://a.b.:1').hostname, 'a.b.')
})

test('a Region that cannot be one is refused before anything is sent, whoever names it', async () => {
  const config = '[default]\nregion = us east!\n'
  const given = [
    { argv: ['--region', 'us east!'] },
    { variables: { AWS_REGION: 'us east!' } },
    { variables: { AWS_DEFAULT_REGION: 'us east!' } },
    { files: { '/home/nobody/.aws/config': config } },
  ]
  for (const { argv = [], variables, files } of given) {
    await withStub([{ json: {} }], async (stub) => {
      const [first] = Object.keys(variables ?? {})
      const none = files || first === 'AWS_DEFAULT_REGION' ? { AWS_REGION: undefined } : {}
      const environment = { AWS_ENDPOINT_URL: stub.url, ...none, ...variables }
      const host = fakeHost({ variables: environment, ...(files ? { files } : {}) })
      assert.equal(await runCli(['backup', 'list-copy-jobs', ...argv], host), 255)
      const told = "Provided region_name 'us east!' doesn't match a supported format."
      assert.ok(host.printed.err.includes(told), host.printed.err)
      assert.equal(stub.requests.length, 0)
    })
  }
})
