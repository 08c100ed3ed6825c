// Goal: the built program does what the source does, and one AWS command loads nothing it does not
// need. Method: a build into a temporary folder, a call against a stub, and a list of what the
// process had loaded at its end.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'

const bundler = new URL('../build/bundle.mjs', import.meta.url).href
const { build } = (await import(bundler)) as {
  build(folder: string): Promise<{ fileName: string; moduleIds: string[] }[]>
}

const folder = mkdtempSync(path.join(tmpdir(), 'copyhold-build-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const dist = path.join(folder, 'dist')
const chunks = await build(dist)

const witness = path.join(folder, 'witness.cjs')
writeFileSync(
  witness,
  `process.on('exit', () => require('fs').writeFileSync(process.env.WITNESS, JSON.stringify({
    files: Object.keys(require.cache), builtin: process.moduleLoadList })))`,
)

async function run(argv: readonly string[]) {
  const requests: string[] = []
  const server = createServer((request, answer) => {
    requests.push(`${request.method} ${request.url}`)
    request.resume().on('end', () => answer.end('{"CopyJobId":"C-1","CreationDate":0}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const seen = path.join(folder, 'seen.json')
  const child = spawn(process.execPath, ['-r', witness, path.join(dist, 'main.cjs'), ...argv], {
    env: {
      PATH: process.env.PATH,
      WITNESS: seen,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'S',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    printed.out += String(text)
  })
  child.stderr.on('data', (text) => {
    printed.err += String(text)
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  server.close()
  const { files, builtin } = JSON.parse(readFileSync(seen, 'utf8')) as Record<string, string[]>
  const names = new Set((files ?? []).map((file) => path.basename(file)))
  const modules = chunks
    .filter(({ fileName }) => names.has(fileName))
    .flatMap(({ moduleIds }) => moduleIds)
  return { code, ...printed, requests, modules, builtin: builtin ?? [] }
}

const ARGUMENTS = [
  ...['backup', 'start-copy-job', '--recovery-point-arn', 'p', '--source-backup-vault-name', 'v'],
  ...['--destination-backup-vault-arn', 'd', '--iam-role-arn', 'r'],
]

test('the built program makes the call, and loads only what the call needs', async () => {
  const { code, out, err, requests, modules, builtin } = await run(ARGUMENTS)
  assert.deepEqual([code, err], [0, ''])
  assert.equal(JSON.parse(out).CopyJobId, 'C-1')
  assert.deepEqual(requests, ['PUT /copy-jobs'])
  assert.ok(modules.some((file) => file.endsWith('cli/aws/run.ts')))
  const packages = 'commander|inquirer|cli-progress|jmespath|yaml|credential-provider|@aws-sdk'
  const rooms = 'assembly|api|catalog|cli/(help|commands|completion|quickstart)'
  const unneeded = new RegExp(`node_modules/.*(${packages})|/src/(${rooms})/`)
  assert.deepEqual(
    modules.filter((file) => unneeded.test(file)),
    [],
  )
  const heavy = builtin.filter((name) => /undici|sqlite|worker_threads$|https/.test(name))
  assert.deepEqual(heavy, [])
})

test('the built program helps, completes, and knows mistakes', async () => {
  const page = await run(['backup', 'start-copy-job', 'help'])
  assert.match(page.out, /^NAME\n {7}start-copy-job\n/)
  const words = await run(['_complete', 'fish', 'backup', 'start-copy-job', '--dest'])
  assert.match(words.out, /^--destination-backup-vault-arn\t/)
  const mistake = await run(['backup', 'start-copy-job', '--lifecycle', 'DeleteAfterDays=x'])
  assert.equal(mistake.code, 252)
})
