#!/usr/bin/env node
// The launcher: plain JavaScript of 2015, so that a very old Node can read it. On Node 24 it runs
// the program; on an older one it starts the Node that came with the package, with the same
// terminal, signals and exit code, or says in one line what is missing.

// biome-ignore-all lint/style/useNodejsImportProtocol: an old Node does not know node:

const spawn = require('child_process').spawn
const existsSync = require('fs').existsSync
const path = require('path')

const NEEDED = 24
const home = path.dirname(__dirname)

if (Number(process.versions.node.split('.')[0]) >= NEEDED) run()
else runAgain()

function fail(line) {
  process.stderr.write(`copyhold: ${line}\n`)
  process.exit(1)
}

// Node reads TypeScript everywhere but below node_modules: there only a built program runs.
function run() {
  const built = path.join(home, 'dist', 'main.js')
  const source = path.join(home, 'src', 'main.ts')
  const installed = /[\\/]node_modules[\\/]/.test(home)
  const program = installed || !existsSync(source) ? built : source
  if (!existsSync(program)) {
    fail('this installation holds no built program (dist/main.js); run it from a clone instead')
    return
  }
  require('./start.mjs').start(program, fail)
}

// The `node` package's binary, in this package's node_modules or hoisted above it.
function findNode() {
  for (let folder = home; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', 'node', 'bin', 'node')
    if (existsSync(candidate)) return candidate
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
    fail(`${needs}, and ${node} is no newer`)
    return
  }
  const env = Object.assign({}, process.env, { COPYHOLD_RELAUNCHED: '1' })
  const child = spawn(node, [__filename].concat(process.argv.slice(2)), { stdio: 'inherit', env })
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
