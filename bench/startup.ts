// How long the command line takes to start, beside a bare Node and the AWS CLI where it is
// installed. Interleaved: every round runs each command once, so a busy machine is busy for all.
// `npm run bench:startup [ROUNDS]`; prints a table for docs/performance.md.

import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

const rounds = Number(process.argv[2] ?? 21)
const launcher = path.join(import.meta.dirname, '..', 'bin', 'copyhold.js')
const arn = 'arn:aws:backup:us-west-2:123456789012:backup-vault:there'

const server = createServer((request, answer) => {
  request.resume().on('end', () => {
    answer.writeHead(200, { 'content-type': 'application/json' })
    answer.end('{"CopyJobId":"C-1","CreationDate":1700000000.5,"IsParent":false}')
  })
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const startCopyJob = [
  ...['backup', 'start-copy-job', '--recovery-point-arn', 'arn:aws:ec2:us-east-1::snapshot/snap-1'],
  ...['--source-backup-vault-name', 'here', '--destination-backup-vault-arn', arn],
  ...['--iam-role-arn', 'arn:aws:iam::123456789012:role/R', '--endpoint-url', endpoint],
]
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'AKIDBENCH',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
}

const found = spawnSync('aws', ['--version'], { encoding: 'utf8' })
const awsName = found.status === 0 ? found.stdout.split(' ')[0] : undefined
const node = process.execPath
const commands: Record<string, readonly string[]> = {
  'node -e 0': [node, '-e', '0'],
  'copyhold --version': [node, launcher, '--version'],
  'copyhold backup start-copy-job': [node, launcher, ...startCopyJob],
  'copyhold backup start-copy-job help': [node, launcher, 'backup', 'start-copy-job', 'help'],
  'copyhold, one completion': [node, launcher, '_complete', 'backup', 'start-copy-job', '--dest'],
  ...(awsName ? { [`${awsName} backup start-copy-job`]: ['aws', ...startCopyJob] } : {}),
}

const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]))
for (let round = -2; round < rounds; round++) {
  for (const [name, command] of Object.entries(commands)) {
    const took = await timed(command)
    if (round >= 0) times.get(name)?.push(took)
  }
}
server.close()
report()

function timed([file, ...argv]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const child = spawn(file as string, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text) => {
      said += String(text)
    })
    child.on('exit', (code) => {
      if (code === 0) resolve(performance.now() - from)
      else reject(new Error(`${file} ${argv.join(' ')} ended with ${code}: ${said}`))
    })
  })
}

function report(): void {
  const out = (text: string) => process.stdout.write(`${text}\n`)
  const bare = quantile('node -e 0', 0.5)
  out(`Node ${process.versions.node}, ${rounds} rounds, interleaved\n`)
  out('| command | median | fastest | of a bare Node |\n|---|---:|---:|---:|')
  for (const name of times.keys()) {
    const [median, fastest] = [quantile(name, 0.5), quantile(name, 0)]
    const ratio = (median / bare).toFixed(2)
    out(`| \`${name}\` | ${median.toFixed(0)} ms | ${fastest.toFixed(0)} ms | ${ratio} |`)
  }
  if (!awsName) return
  const ratio = quantile(`${awsName} backup start-copy-job`, 0.5)
  const ours = quantile('copyhold backup start-copy-job', 0.5)
  out(`\nstart-copy-job takes ${(ours / ratio).toFixed(3)} of ${awsName}'s time.`)
}

function quantile(name: string, share: number): number {
  const sorted = (times.get(name) ?? []).toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}
