#!/usr/bin/env node
// The launcher: plain JavaScript of 2015, so that a very old Node can read it. It says the version
// itself; on Node 24 it runs the program, built if the build is fresh; on an older one it starts
// the Node that came with the package, with the same terminal, signals and exit code, or says in
// one line what is missing. Whatever ends the launcher, or the npx above it, ends the program.

// biome-ignore-all lint/style/useNodejsImportProtocol: an old Node does not know node:

const fs = require('fs')
const path = require('path')

const NEEDED = 24
const LAUNCHER_PIPE = 3
const LAUNCHER_STAYS = 'by a launcher that stays'
const LOOK_UP_MS = 500
const home = path.dirname(__dirname)

if (process.argv.length === 3 && process.argv[2] === '--version' && sayVersion()) {
  // That was all.
} else {
  endWithLauncher()
  endWithNpx()
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) run()
  else runAgain()
}

function fail(line) {
  process.stderr.write(`copyhold: ${line}\n`)
  process.exit(1)
}

// The line of src/cli/version.ts; a test compares them.
function sayVersion() {
  try {
    const os = require('os')
    const text = fs.readFileSync(path.join(home, 'package.json'), 'utf8')
    const system = `${os.type()}/${os.release()}`
    const own = `copyhold/${JSON.parse(text).version}`
    fs.writeSync(1, `aws-cli/2.36.7 Python/none ${system} ${own}\n`)
    return true
  } catch (_) {
    return false
  }
}

// Node reads TypeScript everywhere but below node_modules: there only a built program runs.
function run() {
  const built = path.join(home, 'dist', 'main.cjs')
  const source = path.join(home, 'src', 'main.ts')
  const onlyBuilt = /[\\/]node_modules[\\/]/.test(home) || !fs.existsSync(source)
  if (onlyBuilt && !fs.existsSync(built)) {
    fail('this installation holds no built program (dist/main.cjs); run it from a clone instead')
    return
  }
  if (['dev', 'serve', 'worker'].indexOf(process.argv[2]) >= 0) {
    keepHeapsSmall()
    useMoreThreads()
  }
  cacheCompiledCode()
  if (onlyBuilt || isFresh()) require(built)
  else require('./start.mjs').start(source, fail)
}

// Whether the build was made of the files as they are: the same size and time, each of them. The
// server's matter only to commands that may start one.
function isFresh() {
  try {
    const stamp = JSON.parse(fs.readFileSync(path.join(home, 'dist', 'stamp.json'), 'utf8'))
    const first = process.argv[2]
    const serverless = first === 'backup' || first === '_complete'
    const files = serverless ? stamp.cli : stamp.cli.concat(stamp.server)
    return files.every((entry) => {
      const facts = fs.statSync(`${home}/${entry[0]}`, { throwIfNoEntry: false })
      return facts !== undefined && facts.size === entry[1] && facts.mtimeMs === entry[2]
    })
  } catch (_) {
    return false
  }
}

// For all threads of a server. What a request makes dies at once, yet V8 would keep up to 48 MiB of
// it around; and old heaps may grow by a fifth before they are looked through, not to their double.
// The thread that moves bytes begins with a young generation of its own: src/assembly/worker.ts.
function keepHeapsSmall() {
  const v8 = require('v8')
  v8.setFlagsFromString('--semi-space-growth-factor=1')
  v8.setFlagsFromString('--heap-growing-percent=20')
}

// Node's threads for work on files mostly wait for a disk, which takes many flushes as one: with 16
// of them instead of 4, small files are restored in two thirds of the time, and reads of a copy do
// not wait for its packs being synced. They start with their first work, so it can be said here.
function useMoreThreads() {
  if (process.env.UV_THREADPOOL_SIZE === undefined) process.env.UV_THREADPOOL_SIZE = '16'
}

// What V8 compiled is kept in the user's own cache folder: a shared one could be planted.
function cacheCompiledCode() {
  const env = process.env
  const cache = env.XDG_CACHE_HOME || (env.HOME && path.join(env.HOME, '.cache'))
  if (cache && path.isAbsolute(cache)) {
    require('module').enableCompileCache(path.join(cache, 'copyhold'))
  }
}

// A launcher that stays holds one end of a pipe and never writes to it: when the other end is at
// its end, the launcher is gone, by whatever signal. Then this ends as after SIGTERM.
function endWithLauncher() {
  if (process.env.COPYHOLD_RELAUNCHED !== LAUNCHER_STAYS) return
  process.env.COPYHOLD_RELAUNCHED = '1'
  const pipe = new (require('net').Socket)({ fd: LAUNCHER_PIPE, readable: true, writable: false })
  pipe.on('error', () => {})
  pipe.on('close', () => process.kill(process.pid, 'SIGTERM'))
  pipe.resume()
  pipe.unref()
}

// npx, and a shell between it and this process, may be ended without a word to those below. Then
// this ends as after SIGTERM. A shell that had nothing but `copyhold dev &` to do may go: only
// what npx itself started ends with it.
function endWithNpx() {
  const env = process.env
  const isItsOwn = /^["']?([^\s"']*[\\/])?copyhold["']?(\s[^&;|]*)?$/
  if (env.npm_lifecycle_event !== 'npx' || !isItsOwn.test(env.npm_lifecycle_script || '')) return
  const before = whoIsAbove()
  const watch = setInterval(() => {
    if (whoIsAbove() === before) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_UP_MS)
  watch.unref()
}

// The parent; where that is the shell npx runs commands in, whoever started the shell as well.
function whoIsAbove() {
  const parent = String(process.ppid)
  try {
    const words = fs.readFileSync(`/proc/${parent}/cmdline`, 'latin1').split('\0')
    if (words[1] !== '-c') return parent
    const facts = fs.readFileSync(`/proc/${parent}/stat`, 'latin1')
    return `${parent} ${facts.slice(facts.lastIndexOf(')')).split(' ')[2]}`
  } catch (_) {
    return parent
  }
}

// The `node` package's binary, in this package's node_modules or hoisted above it.
function findNode() {
  for (let folder = home; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', 'node', 'bin', 'node')
    if (fs.existsSync(candidate)) return candidate
    if (path.dirname(folder) === folder) return undefined
  }
}

function runAgain() {
  const needs = `needs Node ${NEEDED} or newer, this is ${process.versions.node}`
  const node = findNode()
  if (node === undefined) {
    fail(`${needs}; \`npm install\` in the clone brings one along`)
    return
  }
  if (process.env.COPYHOLD_RELAUNCHED) {
    fail(`${needs}, and ${node} is not newer`)
    return
  }
  const env = Object.assign({}, process.env, { COPYHOLD_RELAUNCHED: '1' })
  const args = [__filename].concat(process.argv.slice(2))
  // From Node 22 on a process can become another: nothing is left to hand through.
  if (process.execve && process.platform !== 'win32') {
    process.execve(node, [node].concat(args), env)
  }
  startChild(node, args, env, needs)
}

function startChild(node, args, env, needs) {
  env.COPYHOLD_RELAUNCHED = LAUNCHER_STAYS
  const stdio = ['inherit', 'inherit', 'inherit', 'pipe']
  const child = require('child_process').spawn(node, args, { stdio, env })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
  for (const signal of signals) {
    // A terminal sends Ctrl-C to both; what is sent to this process alone has to be passed on.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => fail(`${needs}, and ${node} does not start: ${error.message}`))
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code)
  })
}
