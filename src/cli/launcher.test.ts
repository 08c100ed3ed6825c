// Goal: the launcher finds a Node that can run the program, hands through how it ended, and never
// shows a stack. Method: the real launcher, told by a preloaded file that its Node is an old one.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemSurroundings } from '../world/index.ts'
import { versionLine } from './version.ts'

const home = fileURLToPath(new URL('../..', import.meta.url))
const launcher = join(home, 'bin', 'copyhold.js')
const folder = mkdtempSync(join(tmpdir(), 'copyhold-launcher-'))
after(() => rmSync(folder, { recursive: true }))

const old = join(folder, 'old.cjs')
const versions = '{ value: Object.assign({}, process.versions, { node: "18.0.0" }) }'
const pretend = `Object.defineProperty(process, "versions", ${versions})`
writeFileSync(old, pretend)
// Older still: it cannot become another program, only start one.
const older = join(folder, 'older.cjs')
writeFileSync(older, `${pretend}\nprocess.execve = undefined`)

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
  assert.match(version.stdout, /^aws-cli\/2\..* copyhold\/\d/)
  const mistake = run(['-r', old, launcher, 'backup', 'nonsense'])
  assert.equal(mistake.status, 252)
})

test('a signal to the launcher reaches the program', {
  skip: bundledNode ? false : 'node_modules/node is not installed',
}, async () => {
  for (const node of [old, older]) assert.equal(await stopped(node), 0)
})

async function stopped(node: string): Promise<unknown> {
  const child = spawn(process.execPath, ['-r', node, launcher, 'dev', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text) => {
      if (/listening/.test(String(text))) resolve()
    })
  })
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)))
  child.kill('SIGTERM')
  return await ended
}

/** Where a server that is starting says that it listens, and its process where that is said. */
async function listening(child: ChildProcess): Promise<{ url: string; pid: number }> {
  let said = ''
  for await (const part of child.stdout ?? []) {
    said += String(part)
    const url = /listening on (\S+)/.exec(said)?.[1]
    if (url) return { url, pid: Number(/pid (\d+)/.exec(said)?.[1]) }
  }
  throw new Error(`it did not start: ${said}`)
}

/** Resolves when nobody answers there any more; throws after a minute. */
async function unreachable(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      await fetch(`${url}/healthz`)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} still answers`)
}

test('a launcher that is killed without a word takes its server along', {
  skip: bundledNode ? false : 'node_modules/node is not installed',
}, async () => {
  const argv = ['-r', older, launcher, 'dev', '--port', '0']
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const { url } = await listening(child)
  child.kill('SIGKILL')
  await unreachable(url)
})

// A process that starts the launcher as npx does, through a shell, and stays.
const AS_NPX = `
const { spawn } = require('node:child_process')
const [script, ...env] = process.argv.slice(1)
const more = Object.fromEntries(env.map((pair) => pair.split('=')))
spawn('sh', ['-c', script], { stdio: 'inherit', env: { ...process.env, ...more } })
`
const startAsNpx = (lifecycle: string) => {
  const script = `'${process.execPath}' '${launcher}' dev --port 0 & echo pid $!; wait`
  const env = [`npm_lifecycle_event=${lifecycle}`, 'npm_lifecycle_script=copyhold']
  return spawn(process.execPath, ['-e', AS_NPX, script, ...env], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test('a server that npx started ends with npx; one of a script of the user goes on', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const npx = startAsNpx('npx')
    const { url } = await listening(npx)
    npx.kill(signal)
    await unreachable(url)
  }
  const script = startAsNpx('dev')
  const { url, pid } = await listening(script)
  script.kill('SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 2000))
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  process.kill(pid, 'SIGTERM')
  await unreachable(url)
})

test('without such a Node there is one line and no stack', () => {
  const alone = join(folder, 'alone')
  cpSync(join(home, 'bin'), join(alone, 'bin'), { recursive: true })
  const { status, stdout, stderr } = run(['-r', old, join(alone, 'bin', 'copyhold.js')])
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^copyhold: needs Node 24 or newer, this is 18\.0\.0; .*\n$/)
})

// A clone with a program that only says where it came from.
function clone(name: string): { launcher: string; place: string; source: string } {
  const place = join(folder, name)
  cpSync(join(home, 'bin'), join(place, 'bin'), { recursive: true })
  mkdirSync(join(place, 'src'), { recursive: true })
  writeFileSync(join(place, 'package.json'), '{"type":"module","version":"9.9.9"}')
  const source = join(place, 'src', 'main.ts')
  writeFileSync(source, 'console.log("source")')
  return { launcher: join(place, 'bin', 'copyhold.js'), place, source }
}

function addBuild(place: string, files: readonly string[], server: readonly unknown[] = []): void {
  mkdirSync(join(place, 'dist'), { recursive: true })
  writeFileSync(join(place, 'dist', 'main.cjs'), 'console.log("built")')
  const stamp = files.map((file) => {
    const { size, mtimeMs } = statSync(join(place, file))
    return [file, size, mtimeMs]
  })
  writeFileSync(join(place, 'dist', 'stamp.json'), JSON.stringify({ cli: stamp, server }))
}

test('below node_modules only a built program runs', () => {
  const { launcher: installed, place } = clone(join('node_modules', 'copyhold'))
  const without = run([installed])
  assert.equal(without.status, 1)
  assert.match(without.stderr, /^copyhold: this installation holds no built program.*\n$/)
  addBuild(place, [])
  const built = run([installed])
  assert.deepEqual([built.status, built.stdout], [0, 'built\n'])
})

test('a clone runs its build only while every file is as it was built from', () => {
  const { launcher: cloned, place, source } = clone('clone')
  assert.equal(run([cloned]).stdout, 'source\n')
  addBuild(place, ['src/main.ts'])
  assert.equal(run([cloned]).stdout, 'built\n')
  const { atime, mtime } = statSync(source)
  writeFileSync(source, 'console.log("edited")')
  assert.equal(run([cloned]).stdout, 'edited\n')
  addBuild(place, ['src/main.ts'])
  assert.equal(run([cloned]).stdout, 'built\n')
  // An older file than the one built from is another file, too.
  utimesSync(source, atime, new Date(mtime.getTime() - 60_000))
  assert.equal(run([cloned]).stdout, 'edited\n')
})

test('what only the server needs matters only to commands that may start one', () => {
  const { launcher: cloned, place } = clone('parts')
  addBuild(place, ['src/main.ts'], [['src/gone.ts', 1, 1]])
  assert.equal(run([cloned, 'dev']).stdout, 'source\n')
  assert.equal(run([cloned, 'backup', 'list-tags']).stdout, 'built\n')
})

test('the version comes from the package, also where nothing could run', () => {
  const { launcher: cloned, source } = clone('bare')
  rmSync(source)
  const { status, stdout } = run(['-r', old, cloned, '--version'])
  assert.equal(status, 0)
  assert.match(stdout, / copyhold\/9\.9\.9\n$/)
})

test('the launcher says the same version as the program', () => {
  const { status, stdout } = run([launcher, '--version'])
  assert.deepEqual([status, stdout], [0, `${versionLine(systemSurroundings.system)}\n`])
})

test('compiled code is kept in the cache folder of the user, or nowhere', () => {
  const { launcher: cloned, place } = clone('cached')
  const cache = join(folder, 'cache')
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', XDG_CACHE_HOME: cache }
  spawnSync(process.execPath, [cloned], { env })
  assert.deepEqual(readdirSync(cache), ['copyhold'])
  const nowhere = { PATH: process.env.PATH, TMPDIR: join(place, 'tmp') }
  assert.equal(spawnSync(process.execPath, [cloned], { env: nowhere }).status, 0)
  assert.equal(existsSync(join(place, 'tmp')), false)
})
