// A page as its reader follows it: all of its commands in one bash, in a fresh folder, with the
// program as it is installed. Nothing is put between them and the server that the page starts.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '../free-port.ts'
import type { Step } from './steps.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PROGRAM = path.join(ROOT, 'bin/copyhold.js')
/** Where pages say that the server listens, and the folder they say they are in. */
const PORT = '8750'
const HERE = '/home/you'
/** A page that takes longer than this hangs. */
const WAIT_MS = 300_000

/** What a step printed, standard output and standard error as a terminal has them. */
export interface Ran {
  readonly step: Step
  readonly printed: string
  /** Exit codes other than 0 of its commands, in order. */
  readonly codes: readonly number[]
}

/** How this machine differs from the reader's. */
export interface Reader {
  /** A folder that is there and empty; the commands are run in `here` below it. */
  readonly folder: string
  /** Texts of commands and output, by what stands there instead in this test. */
  readonly instead?: Readonly<Record<string, string>>
}

/** Runs the steps one after the other. */
export async function runSteps(steps: readonly Step[], reader: Reader): Promise<Ran[]> {
  const { folder } = reader
  const port = await freePort()
  const here = path.join(folder, 'here')
  const at = (index: number | string, what: string) => path.join(folder, `${index}.${what}`)
  mkdirSync(here, { recursive: true })
  const instead = { ...reader.instead, [`127.0.0.1:${PORT}`]: `127.0.0.1:${port}` }
  const there = (text: string) => replaced(text, Object.entries(instead))
  const script = [
    prologue(port),
    `trap 'echo $? >> ${at('$STEP', 'codes')}' ERR`,
    ...steps.map((step, index) => {
      const commands = there(step.commands).replaceAll(`--port ${PORT}`, `--port ${port}`)
      const text = `STEP=${index}\nexec > ${at(index, 'out')} 2>&1\n`
      return step.inAnotherShell ? inAnotherShell(`${text}${commands}`, port) : text + commands
    }),
    'trap - ERR && exec > /dev/null 2>&1',
    'kill $(jobs -p) && wait',
  ].join('\n')
  writeFileSync(at('all', 'sh'), script)
  await run(at('all', 'sh'), here)
  const back = (text: string) =>
    replaced(text, [
      [here, HERE],
      ...Object.entries(instead).map(([page, test]) => [test, page] as const),
      [String(port), PORT],
    ])
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  return steps.map((step, index) => ({
    step,
    printed: back(read(at(index, 'out'))),
    codes: read(at(index, 'codes')).split('\n').filter(Boolean).map(Number),
  }))
}

/** The program, as whoever has installed it calls it; where the page uses `aws`, that or ours. */
function prologue(port: number): string {
  const aws = spawnSync('aws', ['--version']).status === 0
  return `
EXEC=
trap 'kill $(jobs -p)' EXIT
copyhold() {
  case $1 in
    dev | env) set -- "$1" --port ${port} "\${@:2}" ;;
  esac
  $EXEC '${process.execPath}' '${PROGRAM}' "$@"
  local code=$?
  [ "$1" != init ] || sed -i s/${PORT}/${port}/ "$2"/copyhold.yaml "$2"/secrets/aws-config
  return $code
}
npx() { shift; copyhold "$@"; }
npm() { :; }
${aws ? '' : 'aws() { copyhold "$@"; }'}`
}

/** Commands of which the last is a server, and the wait until it answers. */
const inAnotherShell = (commands: string, port: number) => `
( EXEC=exec; ${commands}) &
for TRY in {1..600}; do
  (: > /dev/tcp/127.0.0.1/${port}) 2>/dev/null && break
  sleep 0.1
done
`

async function run(script: string, here: string): Promise<void> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|COPYHOLD)_/.test(name))
  const home = { HOME: path.dirname(here), AWS_EC2_METADATA_DISABLED: 'true', LC_ALL: 'C.UTF-8' }
  const env = { ...Object.fromEntries(kept), ...home }
  const timeout = WAIT_MS
  await once(spawn('bash', [script], { cwd: here, env, stdio: 'ignore', timeout }), 'exit')
}

function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((changing, [what, by]) => changing.replaceAll(what, by), text)
}
