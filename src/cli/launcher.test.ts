// Goal: the launcher finds a Node that can run the program, hands through how it ended, and never
// shows a stack. Method: the real launcher, told by a preloaded file that its Node is an old one.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const home = fileURLToPath(new URL('../..', import.meta.url))
const launcher = join(home, 'bin', 'copyhold.js')
const folder = mkdtempSync(join(tmpdir(), 'copyhold-launcher-'))
after(() => rmSync(folder, { recursive: true }))

const old = join(folder, 'old.cjs')
const versions = '{ value: Object.assign({}, process.versions, { node: "18.0.0" }) }'
writeFileSync(old, `Object.defineProperty(process, "versions", ${versions})`)

const run = (argv: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  return { status, stdout, stderr }
}
const bundledNode = existsSync(join(home, 'node_modules', 'node', 'bin', 'node'))

test('an old Node starts the one that came along, and hands its exit code through', {
  skip: bundledNode ? false : 'node_modules/node is not installed',
}, () => {
  const version = run(['-r', old, launcher, '--version'])
  assert.deepEqual([version.status, version.stderr], [0, ''])
  assert.match(version.stdout, /^copyhold\/\d/)
  const mistake = run(['-r', old, launcher, 'backup', 'nonsense'])
  assert.equal(mistake.status, 252)
})

test('a signal to the launcher reaches the program', {
  skip: bundledNode ? false : 'node_modules/node is not installed',
}, async () => {
  const child = spawn(process.execPath, ['-r', old, launcher, 'dev', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text) => {
      if (/listening/.test(String(text))) resolve()
    })
  })
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)))
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})

test('without such a Node there is one line and no stack', () => {
  const alone = join(folder, 'alone')
  cpSync(join(home, 'bin'), join(alone, 'bin'), { recursive: true })
  const { status, stdout, stderr } = run(['-r', old, join(alone, 'bin', 'copyhold.js')])
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^copyhold: needs Node 24 or newer, this is 18\.0\.0; .*\n$/)
})

test('below node_modules only a built program runs', () => {
  const installed = join(folder, 'node_modules', 'copyhold')
  cpSync(join(home, 'bin'), join(installed, 'bin'), { recursive: true })
  mkdirSync(join(installed, 'src'))
  writeFileSync(join(installed, 'src', 'main.ts'), 'console.log("source")')
  const without = run([join(installed, 'bin', 'copyhold.js')])
  assert.equal(without.status, 1)
  assert.match(without.stderr, /^copyhold: this installation holds no built program.*\n$/)
  mkdirSync(join(installed, 'dist'))
  writeFileSync(join(installed, 'dist', 'main.js'), 'console.log("built")')
  const built = run([join(installed, 'bin', 'copyhold.js')])
  assert.deepEqual([built.status, built.stdout], [0, 'built\n'])
})
