// Runs one recorded case inside this process: the whole command line, over a real connection to a
// stub server, with a folder, an environment and a terminal of the case's own. Pauses cost no time.
// Cases run one after the other, because folder and environment are the process's.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCli } from '../../src/cli/index.ts'
import { noServing } from '../../src/cli/stub.suite.ts'
import {
  type Program,
  type Surroundings,
  systemClock,
  systemSurroundings,
} from '../../src/world/index.ts'
import type { CliCase, Outcome } from './case.ts'
import { startCaseServer } from './stub-server.ts'

const BASE_ENV = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/gi

/** What the case's run printed, how it ended and what it sent, in the recordings' own form. */
export async function runCase(given: CliCase): Promise<Outcome> {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'clicase-')))
  const server = await startCaseServer(given.responses ?? [])
  const places: readonly (readonly [string, string])[] = [
    ['{{ENDPOINT}}', `http://127.0.0.1:${server.port}`],
    ['{{HOSTPORT}}', `127.0.0.1:${server.port}`],
    ['{{DEAD}}', `http://127.0.0.1:${await deadPort()}`],
    ['{{HOME}}', home],
  ]
  const fill = (text: string) =>
    places.reduce((done, [name, value]) => done.replaceAll(name, value), text)
  const restore = enter(given, home, fill)
  try {
    const printed = await runHere(given, given.argv.map(fill))
    const back = [...places].sort(([, a], [, b]) => b.length - a.length)
    const shown = (text: string) =>
      back.reduce((done, [name, value]) => done.replaceAll(value, name), text)
    const known = JSON.stringify([given.argv, given.files, given.responses])
    const plain = (text: string) =>
      shown(text).replace(UUID, (id) => (known.includes(id) ? id : '{{UUID}}'))
    const requests = server.requests.map((request) => ({
      ...request,
      path: plain(request.path),
      query: request.query.map(plain),
      body: plain(request.body),
    }))
    const { rc, out, err } = printed
    return { rc, stdout: shown(out), stderr: shown(err), requests }
  } finally {
    restore()
    await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}

/** A port nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

// Makes the case's files, folder and environment this process's. Answers how to go back.
function enter(given: CliCase, home: string, fill: (text: string) => string): () => void {
  const work = path.join(home, 'work')
  mkdirSync(work)
  for (const [name, content] of Object.entries(given.files ?? {})) {
    const file = path.join(home, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(
      file,
      typeof content === 'string' ? fill(content) : Buffer.from(content.hex, 'hex'),
    )
  }
  const folder = process.cwd()
  const env = { ...process.env }
  const set = (variables: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name]
    Object.assign(process.env, variables)
  }
  const own = Object.entries(given.env).map(([name, value]) => [name, fill(value)])
  set({ PATH: env.PATH, HOME: home, ...BASE_ENV, ...Object.fromEntries(own) })
  process.chdir(work)
  return () => {
    process.chdir(folder)
    set(env)
  }
}

async function runHere(given: CliCase, argv: readonly string[]) {
  const printed = { out: '', err: '' }
  const handlers = new Set<(signal: 'SIGINT') => void>()
  let leave: (code: number) => void = () => {}
  const left = new Promise<number>((resolve) => {
    leave = resolve
  })
  let stdin = Buffer.from(given.stdin ?? '')
  const surroundings: Surroundings = {
    ...systemSurroundings,
    currentFolder: process.cwd(),
    homeFolder: process.env.HOME ?? '',
    temporaryFolder: tmpdir(),
    system: 'Linux/6.1.0',
    readFile(file) {
      if (file !== '/dev/stdin') return systemSurroundings.readFile(file)
      const all = stdin
      stdin = Buffer.alloc(0)
      return all
    },
    onInterrupt(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    exit(code) {
      leave(code)
      throw new Error('the process ended')
    },
    startProgram: (command, options) => startKept(command, options, printed),
  }
  const interrupting = given.sigint_after
    ? setTimeout(() => interruptAll(handlers), given.sigint_after * 1000)
    : undefined
  const ran = runCli(argv, {
    startServer: () => Promise.reject(new Error('no server here')),
    rebuildCatalog: () => Promise.reject(new Error('no catalog here')),
    adoptStore: () => Promise.reject(new Error('no store in this test')),
    serving: noServing,
    terminal: {
      out: (text) => {
        printed.out += typeof text === 'string' ? text : Buffer.from(text).toString()
      },
      err: (text) => {
        printed.err += text
      },
      inIsTerminal: false,
      outIsTerminal: given.pty !== undefined,
      errIsTerminal: given.pty?.all === true,
      columns: () => given.pty?.cols ?? 80,
      errStream: process.stderr,
    },
    surroundings,
    clock: { ...systemClock, sleep: async () => {} },
  })
  const rc = await Promise.race([ran, left])
  clearTimeout(interrupting)
  return { rc, ...printed }
}

function interruptAll(handlers: ReadonlySet<(signal: 'SIGINT') => void>): void {
  try {
    for (const handler of handlers) handler('SIGINT')
  } catch {
    // The handler ends the process, which here is an error thrown.
  }
}

// A program whose output joins what the command prints, as on one terminal.
async function startKept(
  command: Parameters<Surroundings['startProgram']>[0],
  options: Parameters<Surroundings['startProgram']>[1],
  printed: { out: string; err: string },
): Promise<Program> {
  const program = await systemSurroundings.startProgram(command, { ...options, output: 'keep' })
  if (options.output === 'keep') return program
  return {
    write: (text) => program.write(text),
    async end() {
      const ended = await program.end()
      printed.out += ended.out
      printed.err += ended.err
      return ended
    },
  }
}
