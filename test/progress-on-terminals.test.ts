// Goal: on a real terminal of 80, 60 or 40 columns a running copy is shown in lines that fit, with
// rate and time left; verdicts have signs and colours there, and neither where no terminal is.
// Method: a slowed copy on a real server, the program itself on a pseudo-terminal.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import stringWidth from 'string-width'
import { noTerminal, playOnTerminal } from '../src/cli/pseudo-terminal.suite.ts'
import { ROLE, realServer, temporaryFolder, User } from './real-server.ts'
import { environmentOf, runCommand } from './run-command.ts'

const MIB = 1024 * 1024
const ESCAPE = '\x1b'
let folder: ReturnType<typeof temporaryFolder>
let server: Awaited<ReturnType<typeof realServer>>
let home: User
let point: string

before(async () => {
  folder = temporaryFolder()
  server = await realServer(folder.path)
  home = new User(server.url, 'eu-west-1')
  await home.createVault('home')
  const source = path.join(folder.path, 'photos of the whole family')
  mkdirSync(source)
  writeFileSync(path.join(source, 'file'), randomBytes(64 * MIB))
  point = await home.backUp('home', await home.addDirectory(source))
})

after(async () => {
  await server[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const environment = () => ({ ...process.env, ...environmentOf(home, folder.path), TERM: 'xterm' })
const program = (...argv: string[]) => [
  process.execPath,
  path.resolve(import.meta.dirname, '../src/main.ts'),
  ...argv,
]

test('a slow copy is shown in lines that fit 80, 60 and 40 columns', {
  skip: noTerminal,
}, async () => {
  const vault = home.vaultArn('narrow')
  await home.createVault('narrow')
  const limits = { vaults: { [vault]: 6 * MIB } }
  await home.extension('PUT', '/limits', JSON.stringify(limits))
  const id = await home.startCopy({ vault: 'home', point }, vault)
  const played = [80, 60, 40].flatMap((columns) =>
    [
      ['wait', 'copy-job-completed', '--copy-job-id', id],
      ['watch', id],
    ].map(async (argv) => {
      const command = program(...argv)
      const { drawn, exitCode } = await playOnTerminal({
        ...{ command, env: environment(), steps: [], columns },
      })
      assert.equal(exitCode, 0, drawn.join('\n'))
      for (const line of drawn) assert.ok(stringWidth(line) < columns, `${columns}: ${line}`)
      const all = drawn.join('\n')
      assert.match(all, /\d MB\/s · .* left/, `${columns} ${argv[0]}`)
      for (const [, percent] of all.matchAll(/(\d+)%/g)) assert.ok(Number(percent) <= 100)
    }),
  )
  await Promise.all(played)
})

test('verdicts have a sign and a colour on a terminal, and are plain words elsewhere', {
  skip: noTerminal,
}, async () => {
  const argv = [
    ...['preflight', '--recovery-point-arn', point, '--source-backup-vault-name', 'home'],
    ...['--destination-backup-vault-arn', home.vaultArn('nowhere'), '--iam-role-arn', ROLE],
  ]
  const onTerminal = (more: Record<string, string>) =>
    playOnTerminal({ command: program(...argv), env: { ...environment(), ...more }, steps: [] })
  const coloured = await onTerminal({ NO_COLOR: '' })
  assert.match(coloured.raw.replaceAll(ESCAPE, '^'), /\^\[32m✓ pass +\^\[39m/)
  assert.match(coloured.raw.replaceAll(ESCAPE, '^'), /\^\[31m✗ fail +\^\[39m/)
  const signs = await onTerminal({ NO_COLOR: '1' })
  assert.match(signs.raw, /^✗ fail /m)
  assert.ok(!signs.raw.includes(ESCAPE))
  const script = await runCommand(argv, { environment: environmentOf(home, folder.path) })
  assert.match(script.out, /^fail {5}/m)
  assert.doesNotMatch(script.out, /[✗✓]/)
  assert.ok(!script.out.includes(ESCAPE))
})
