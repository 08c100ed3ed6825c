// Goal: `serve` finds its configuration where an operator would put it, says which one it took, and
// says what to do where there is none or where its port is taken.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost, noServing } from '../stub.suite.ts'

const HERE = '/home/nobody/copyhold.yaml'
const SYSTEM = '/etc/copyhold/copyhold.yaml'

async function check(files: readonly string[], ...more: string[]) {
  const host = fakeHost({ files: Object.fromEntries(files.map((file) => [file, ''])) })
  const checked: string[] = []
  const serving = {
    ...noServing,
    check: async (file: string) => {
      checked.push(file)
      return { summary: 'It is right.' }
    },
  }
  const code = await runCli(['serve', '--check', ...more], { ...host, serving })
  return { code, checked, ...host.printed }
}

test('the file that is named is taken; else the one here, else the one of the system', async () => {
  for (const [files, more, taken] of [
    [[HERE, SYSTEM], [], HERE],
    [[SYSTEM], [], SYSTEM],
    [[HERE, SYSTEM], ['--config', 'other.yaml'], '/home/nobody/other.yaml'],
  ] as const) {
    const { code, checked, out, err } = await check(files, ...more)
    assert.deepEqual([code, checked, out], [0, [taken], 'It is right.\n'])
    assert.equal(err, more.length > 0 ? '' : `copyhold: the configuration is ${taken}\n`)
  }
})

test('where there is none, both places are named and what writes a first one', async () => {
  const { code, checked, err } = await check([])
  assert.deepEqual([code, checked], [252, []])
  assert.equal(
    err,
    `copyhold: There is no configuration: neither ${HERE} nor ${SYSTEM} is there. ` +
      'Name one with --config FILE, or write a first one with `copyhold init`.\n',
  )
})

test('a port that another program has is told with the way to another one', async () => {
  const cause = Object.assign(new Error('listen'), { code: 'EADDRINUSE' })
  const taken = () => Promise.reject(new Error('127.0.0.1 port 8750 is in use', { cause }))
  const host = fakeHost({ files: { [HERE]: '' } })
  const serving = { ...noServing, start: taken }
  assert.equal(await runCli(['serve'], { ...host, serving }), 255)
  assert.match(host.printed.err, /in use\. Choose another one under `listen` in \/home\/nobody\//)
  assert.equal(await runCli(['dev'], { ...host, startServer: taken }), 255)
  assert.match(host.printed.err, /in use\. Use --port 0 for any free port/)
})
