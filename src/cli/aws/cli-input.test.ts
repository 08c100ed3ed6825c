// Goal: what YAML holds is sent or refused as AWS's command line does, never as an object. Method:
// whole commands; what each spelling builds, `test/yaml/` compares with AWS CLI's own reader.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost, withStub } from '../stub.suite.ts'

async function list(yaml: string) {
  return await withStub([{ json: {} }], async (stub) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL: stub.url } })
    const argv = ['backup', 'list-copy-jobs', '--cli-input-yaml', yaml]
    const code = await runCli(argv, host)
    return { code, err: host.printed.err, paths: stub.requests.map(({ url }) => url) }
  })
}

test('moments and numbers of YAML are sent as such, never as an object', async () => {
  const sent = async (value: string) => (await list(`ByCreatedAfter: ${value}`)).paths
  const query = (moment: string) => [`/copy-jobs/?createdAfter=${encodeURIComponent(moment)}`]
  assert.deepEqual(await sent('1.5'), query('1970-01-01T00:00:01.500000Z'))
  assert.deepEqual(await sent('2024-01-02 03:04:05 +2'), query('2024-01-02T01:04:05Z'))
  assert.deepEqual(
    await sent('2024-01-02T03:04:05.123456789Z'),
    query('2024-01-02T03:04:05.123457Z'),
  )
})

test('a value of the wrong type is refused with its Python spelling', async () => {
  const date = await list('ByCreatedAfter: 2024-01-02')
  assert.deepEqual([date.code, date.paths], [252, []])
  const told = "value: 2024-01-02, type: <class 'datetime.date'>, valid types: "
  assert.ok(date.err.includes(`${told}<class 'datetime.datetime'>, timestamp-string`))
  const nested = await list('ByState: {a: 2024-01-02}')
  assert.ok(nested.err.includes("value: {'a': datetime.date(2024, 1, 2)}, type: <class 'dict'>"))
  const twice = await list('ByState: A\nByState: A')
  assert.deepEqual([twice.code, twice.paths], [252, []])
  assert.match(twice.err, /parameter 'cli-input-yaml': Invalid YAML received\./)
  assert.equal((await list('ByState: 2024-13-02')).code, 255)
})
