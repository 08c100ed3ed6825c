// Goal: whoever copies an example has something that works. Method: each is run against the program
// as it is installed, in a fresh folder; what no machine of ours can run is read by the tool that
// would, where there is one, and examples/README.md says so.

import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { freePort } from './free-port.ts'
import { realServer, temporaryFolder, User, until } from './real-server.ts'
import { compareTrees } from './trees/compare-trees.ts'

const run = promisify(execFile)
const ROOT = path.resolve(import.meta.dirname, '..')
const EXAMPLES = path.join(ROOT, 'examples')
const PROGRAM = path.join(ROOT, 'bin/copyhold.js')
const COPYHOLD = `${process.execPath} ${PROGRAM}`

const without = (command: string, argv: string[]): string | false =>
  spawnSync(command, argv).status === 0 ? false : `there is no ${command} here that can`

/** The folder in which Terraform would find the AWS provider without asking anybody for it. */
const providers = [
  process.env.TF_PLUGIN_CACHE_DIR ?? '',
  path.join(process.env.HOME ?? '', '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
].find((folder) => existsSync(path.join(folder, 'registry.terraform.io/hashicorp/aws')))

/** The environment of a user of `copyhold dev`. */
const userOf = (url: string, home: string) => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  COPYHOLD,
  AWS_ENDPOINT_URL_BACKUP: url,
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: '123456789012',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_EC2_METADATA_DISABLED: 'true',
})

/** Has a script back up a folder, copy it and restore it; the restored one has to be equal. */
async function copiesAndRestores(command: string, script: string): Promise<void> {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const tree = path.join(folder.path, 'tree')
  cpSync(path.join(EXAMPLES, 'systemd'), tree, { recursive: true })
  const resource = await new User(server.url, 'eu-west-1').addDirectory(tree)
  const restored = path.join(folder.path, 'restored')
  const argv = [path.join(EXAMPLES, script), resource, restored]
  const { stdout } = await run(command, argv, { env: userOf(server.url, folder.path) })
  assert.match(stdout, /^restored from arn:aws:backup:us-east-1:123456789012:recovery-point:/)
  assert.deepEqual(compareTrees(tree, restored), [])
}

test('the JavaScript example copies a folder and restores it from the copy', async () => {
  await copiesAndRestores(process.execPath, 'javascript/copy-to-another-region.mjs')
})

test('the Python example copies a folder and restores it from the copy', {
  skip: without('python3', ['-c', 'import boto3']),
}, async () => {
  await copiesAndRestores('python3', 'boto3/copy_to_another_region.py')
})

test('the Python example is Python', { skip: without('python3', ['--version']) }, async () => {
  const file = path.join(EXAMPLES, 'boto3/copy_to_another_region.py')
  await run('python3', ['-c', `compile(open('${file}').read(), 'example', 'exec')`])
})

test('the job for CI sees a copy fail, be tried again, and expire', async () => {
  using folder = temporaryFolder()
  const env = { ...userOf('', folder.path), PORT: String(await freePort()) }
  const { stdout } = await run(path.join(EXAMPLES, 'ci/check-copies.sh'), { env })
  assert.match(stdout, /nightly copies are tried again, and expire\n$/)
})

test('the workflow for CI has jobs of steps, and runs scripts that are there', () => {
  const { jobs, on } = parse(readFileSync(path.join(EXAMPLES, 'ci/github-actions.yml'), 'utf8'))
  assert.deepEqual(on, ['push'])
  const steps: Record<string, string>[] = jobs.copies.steps
  for (const step of steps) {
    assert.equal(Number('uses' in step) + Number('run' in step), 1, JSON.stringify(step))
    if (step.uses) assert.match(step.uses, /^actions\/[a-z-]+@v\d+$/)
    const script = /^examples\/\S+$/.exec(step.run ?? '')?.[0]
    if (script) accessSync(path.join(ROOT, script), constants.X_OK)
  }
  assert.equal(steps.at(-1)?.run, 'examples/ci/check-copies.sh')
})

test('three copies on two disks: two nights, and a restore without the disk here', async () => {
  using folder = temporaryFolder()
  const here = path.join(folder.path, 'three-two-one')
  cpSync(path.join(EXAMPLES, 'three-two-one'), here, { recursive: true })
  mkdirSync(path.join(here, 'documents'))
  writeFileSync(path.join(here, 'documents/first.txt'), 'worth keeping')
  const configuration = path.join(here, 'copyhold.yaml')
  const port = await freePort()
  const text = readFileSync(configuration, 'utf8')
  writeFileSync(configuration, `${text}\nlisten: { port: ${port} }\n`)
  const url = `http://127.0.0.1:${port}`
  const env = { PATH: process.env.PATH ?? '', HOME: folder.path, COPYHOLD }
  const script = (name: string, ...argv: string[]) =>
    run(path.join(here, name), argv, { env: { ...env, AWS_ENDPOINT_URL_BACKUP: url } })

  const server = spawn(process.execPath, [PROGRAM, 'serve', '--config', configuration], {
    env,
    stdio: 'ignore',
  })
  try {
    await until(async () => (await isReady(url)) || undefined)
    await script('setup.sh')
    assert.match((await script('nightly.sh')).stdout, /\n1 copied, 0 already there, 0 refused\n$/)
    writeFileSync(path.join(here, 'documents/second.txt'), 'worth keeping, too')
    assert.match((await script('nightly.sh')).stdout, /\n1 copied, 1 already there, 0 refused\n$/)
    rmSync(path.join(here, 'disk-here'), { recursive: true })
    const arn = /arn:aws:elasticfilesystem:[^"]*/.exec(await resources(here, url))?.[0] ?? ''
    const restored = path.join(here, 'restored/documents')
    await script('restore.sh', arn, restored)
    assert.deepEqual(compareTrees(path.join(here, 'documents'), restored), [])
  } finally {
    await end(server)
  }
})

test('the Terraform example is written as Terraform writes it', {
  skip: without('terraform', ['version']),
}, async () => {
  await run('terraform', ['fmt', '-check', '-diff', path.join(EXAMPLES, 'terraform')])
})

test('Terraform makes what its example says, and finds nothing to change then', {
  skip: providers === undefined && 'there is no AWS provider in a folder of Terraform’s',
}, async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const there = path.join(folder.path, 'terraform')
  cpSync(path.join(EXAMPLES, 'terraform'), there, { recursive: true })
  const terraform = (...argv: string[]) =>
    run('terraform', [`-chdir=${there}`, ...argv], {
      env: { PATH: process.env.PATH ?? '', HOME: folder.path, CHECKPOINT_DISABLE: '1' },
    })
  const options = ['-input=false', '-no-color', `-var=endpoint=${server.url}`]
  await terraform('init', '-input=false', `-plugin-dir=${providers}`)
  const applied = await terraform('apply', '-auto-approve', ...options)
  assert.match(applied.stdout, /Apply complete! Resources: 4 added, 0 changed, 0 destroyed/)
  const planned = await terraform('plan', '-detailed-exitcode', ...options)
  assert.match(planned.stdout, /No changes/)
})

test('systemd reads the units', { skip: without('systemd-analyze', ['--version']) }, async () => {
  using folder = temporaryFolder()
  const names = ['copyhold.service', 'copyhold-nightly.service', 'copyhold-nightly.timer']
  for (const name of names) {
    const unit = readFileSync(path.join(EXAMPLES, 'systemd', name), 'utf8')
    const there = unit
      .replaceAll('/opt/copyhold', ROOT)
      .replaceAll('/etc/copyhold/nightly.sh', path.join(EXAMPLES, 'three-two-one/nightly.sh'))
    writeFileSync(path.join(folder.path, name), there)
  }
  const { stdout, stderr } = await run('systemd-analyze', [
    ...['verify', '--man=no'],
    ...names.map((name) => path.join(folder.path, name)),
  ])
  const told = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => /copyhold[\w-]*\.(service|timer)/.test(line))
  assert.deepEqual(told, [])
})

/** What is declared, as the scripts see it. */
async function resources(folder: string, url: string): Promise<string> {
  const ask = `source ${folder}/environment.sh && $COPYHOLD resource list`
  const env = { PATH: process.env.PATH ?? '', COPYHOLD, AWS_ENDPOINT_URL_BACKUP: url }
  return (await run('bash', ['-c', ask], { env })).stdout
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

async function end(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  await ended
}
