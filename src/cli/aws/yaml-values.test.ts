// Goal: YAML means here what it means to AWS's command line. Method: texts with what its own YAML
// reader (ruamel.yaml 0.19.1, safe and pure) built of each, shown as Python shows values; then
// whole commands, for what is sent and what is refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost, withStub } from '../stub.suite.ts'
import { represent } from './python.ts'
import { InvalidYaml, parsePythonYaml } from './yaml-values.ts'

const built = (text: string) => represent(parsePythonYaml(text))

const SCALARS: readonly (readonly [string, string])[] = [
  ...[
    'yes',
    'on',
    'off',
    'n',
    'tRUE',
    'nULL',
    'nan',
    'inf',
    '1:2',
    '190:20:30',
    '_1',
    '0b12',
    '0o8',
  ]
    .concat('0x', '1e', '1.2.3', '2024-1-2', '2024-01-02T03:04', '...', '--', '1,2')
    .map((text) => [text, `'${text}'`] as const),
  ['True', 'True'],
  ['FALSE', 'False'],
  ['~', 'None'],
  ['', 'None'],
  ['Null', 'None'],
  ['0o14', '12'],
  ['014', '14'],
  ['09', '9'],
  ['-0', '0'],
  ['+12', '12'],
  ['0x1F', '31'],
  ['-0x1f', '-31'],
  ['0b1_01', '5'],
  ['1_000', '1000'],
  ['123456789012345678901', '123456789012345678901'],
  ['1.', '1.0'],
  ['1e3', '1000.0'],
  ['-.5', '-0.5'],
  ['685.230_15e+03', '685230.15'],
  ['-.inf', '-inf'],
  ['.NaN', 'nan'],
  ['2024-01-02', 'datetime.date(2024, 1, 2)'],
  ['2024-01-02 3:04:05', 'datetime.datetime(2024, 1, 2, 3, 4, 5)'],
  ['2024-01-02t03:04:00', 'datetime.datetime(2024, 1, 2, 3, 4)'],
  [
    '2024-01-02T03:04:05.123456789Z',
    "datetime.datetime(2024, 1, 2, 3, 4, 5, 123457, tzinfo=datetime.timezone(datetime.timedelta(0), 'Z'))",
  ],
  [
    '2001-12-14t21:59:43.10-05:00',
    "datetime.datetime(2001, 12, 14, 21, 59, 43, 100000, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400), '-05:00'))",
  ],
  ["'2024-01-02'", "'2024-01-02'"],
  ['"12"', "'12'"],
  ['!!str 2024-01-02', "'2024-01-02'"],
  ['!!int "0x1f"', '31'],
  ['!!float 1', '1.0'],
  ['!!bool yes', 'True'],
  ['!!timestamp "2024-01-02"', 'datetime.date(2024, 1, 2)'],
  ['!!binary aGVsbG8=', "b'hello'"],
  ['! x', "'x'"],
]

test('a scalar has the type that its spelling or its tag gives it', () => {
  for (const [text, wanted] of SCALARS) assert.equal(built(`k: ${text}`), `{'k': ${wanted}}`, text)
})

test('a text that says it is YAML 1.1 is read by its rules', () => {
  const old = (text: string) => built(`%YAML 1.1\n---\n${text}`)
  assert.equal(old('[yes, 014, 190:20:30, 0o14]'), "[True, 12, 685230, '0o14']")
  assert.equal(built('%YAML 1.2\n---\nyes'), "'yes'")
})

test('anchors, merged maps and documents', () => {
  assert.equal(built('a: &x [1]\nb: *x'), "{'a': [1], 'b': [1]}")
  assert.equal(built('<<: {a: 1, b: 2}\na: 3'), "{'b': 2, 'a': 3}")
  assert.equal(built('<<: [{a: 1}, {a: 2, b: 2}]'), "{'a': 1, 'b': 2}")
  assert.equal(built('a: 1\n...\n'), "{'a': 1}")
  assert.equal(built('# nothing'), 'None')
})

test('what is not one safe document is refused', () => {
  const twice = ['a: 1\na: 2', 'a: 1\n---\nb: 2', 'a: *b', '&a [*a]', '<<: x', '<<: [x]']
  const odd = ['!mine x', '!!python/name:os.system x', 'a: =', 'a: <<', '[a', '"\\q"', '\ta: b']
  for (const text of [...twice, ...odd, '%YAML 2.0\n---\na', '@x', 'a: b: c']) {
    assert.throws(() => parsePythonYaml(text), InvalidYaml, text)
  }
  assert.throws(() => parsePythonYaml('2024-13-02'), /^Error: month must be in 1\.\.12$/)
  assert.throws(() => parsePythonYaml('2001-02-30'), /^Error: day is out of range for month$/)
  assert.throws(
    () => parsePythonYaml('!!int abc'),
    /invalid literal for int\(\) with base 10: 'abc'/,
  )
})

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
