// The house rules that a machine can check: who may import whom, one door per room, sizes, names,
// and that only `world/` touches the world. A message names the rule and what to do instead.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const ROOT = path.resolve(import.meta.dirname, '..')

/** Who may import whom. `assembly` joins rooms into processes and, like main.ts, may import all. */
const MAY_IMPORT: Record<string, string> = {
  model: '',
  wire: 'model',
  world: '',
  keys: 'model world',
  store: 'model world',
  catalog: 'model world',
  access: 'model wire',
  config: 'model access',
  drivers: 'model world',
  vault: 'model world store keys',
  engine: 'model world catalog',
  jobs: 'model world catalog vault drivers access engine keys',
  api: 'model wire access catalog jobs',
  server: 'model wire world access api',
  cli: 'model wire world',
  assembly:
    'model wire world keys store catalog access config drivers vault engine jobs api server',
}

const LINES_MAX = 400
const FUNCTION_LINES_MAX = 60
const COLUMNS_MAX = 100
const DOOR_LINES_MAX = 40
/** Lines that breaking would not make easier to read: an address, an import, a text, a title. */
const UNBREAKABLE = /https?:\/\/|^import |^\s*(\w+: )?(['"`]).*\2( \+|[,;)]*)$|^\s*test\(/

/** Files over a limit, each with its reason and today's size: a number here may only shrink. */
const RATCHET: Record<string, { lines?: number; functionLines?: number; why: string }> = {}

/** Patterns of the world, and what to use instead. */
const WORLD: [RegExp, string][] = [
  [/\bDate\.now\b|\bnew Date\(\)/, 'hand in a Clock (world/clock.ts)'],
  [/\bMath\.random\b|\brandomBytes\b|\brandomUUID\b/, 'hand in a Random (world/random.ts)'],
  [/\b(setTimeout|setInterval|setImmediate)\(/, 'use clock.sleep (world/clock.ts)'],
  [/\bprocess\.\w/, 'take it from world/ or as an argument'],
  [/\bfetch\(/, 'use the HTTP client of world/'],
  [/\bconsole\./, 'use a Log or the terminal of world/'],
  [
    /from 'node:(fs|fs\/promises|net|http|https|tls|child_process|worker_threads|os|readline)'/,
    'go through world/',
  ],
]
const TOUCHES_WORLD =
  /^src\/(world\/|assembly\/|main\.ts$|config\.ts$|server\/http\.ts$|catalog\/owner\.ts$)/
const BAD_NAME = /(^|\/)(utils?|helpers?|common|lib|misc|types|interfaces)(\.ts|\/)/

const sources = files('src').filter((file) => file.endsWith('.ts'))
const everything = [
  ...sources,
  ...files('test'),
  ...files('bench'),
  ...files('bin'),
  ...files('build'),
].filter((file) => /\.(ts|js|mjs)$/.test(file))

test('a room imports only the rooms the table allows, and only through their door', () => {
  const wrong: string[] = []
  for (const file of sources.filter((name) => !isTest(name))) {
    const from = roomOf(file)
    if (from === undefined) continue
    for (const target of importsOf(file)) {
      const to = roomOf(target)
      if (to === undefined || to === from) continue
      const allowed = (MAY_IMPORT[from] ?? '').split(' ')
      if (!allowed.includes(to)) wrong.push(`${file}: ${from} may not import ${to}`)
      else if (target !== `src/${to}/index.ts`) wrong.push(`${file}: enter ${to} by its index.ts`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('every room is in the table', () => {
  const rooms = new Set(sources.map(roomOf).filter((room) => room !== undefined))
  assert.deepEqual([...rooms].filter((room) => !(room in MAY_IMPORT)).sort(), [])
})

test('a door is at most forty lines of named re-exports', () => {
  const wrong: string[] = []
  for (const file of sources.filter((name) => /^src\/\w+\/index\.ts$/.test(name))) {
    const text = read(file)
    if (text.split('\n').length - 1 > DOOR_LINES_MAX) wrong.push(`${file}: over ${DOOR_LINES_MAX}`)
    if (/export \* from/.test(text)) wrong.push(`${file}: export names, not *`)
  }
  assert.deepEqual(wrong, [])
})

test('only world/ touches the clock, the dice, the disk and the network', () => {
  const wrong: string[] = []
  for (const file of sources) {
    if (TOUCHES_WORLD.test(file) || isTest(file)) continue
    codeLines(file).forEach((line, index) => {
      for (const [pattern, instead] of WORLD) {
        if (pattern.test(line)) wrong.push(`${file}:${index + 1}: ${instead}`)
      }
    })
  }
  assert.deepEqual(wrong, [])
})

test('files, functions and lines stay short', () => {
  const wrong: string[] = []
  for (const file of everything) {
    const lines = read(file).split('\n')
    const allowed = RATCHET[file]
    if (lines.length - 1 > (allowed?.lines ?? LINES_MAX)) {
      wrong.push(`${file}: ${lines.length - 1} lines`)
    }
    lines.forEach((line, index) => {
      if ([...line].length > COLUMNS_MAX && !UNBREAKABLE.test(line)) {
        wrong.push(`${file}:${index + 1}: over ${COLUMNS_MAX} columns`)
      }
    })
    if (!isTest(file)) {
      for (const long of longFunctions(lines, allowed?.functionLines ?? FUNCTION_LINES_MAX)) {
        wrong.push(`${file}:${long}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

test('names say what a thing is', () => {
  assert.deepEqual(
    everything.filter((file) => BAD_NAME.test(file)),
    [],
  )
  const vague = sources.filter((file) => /class \w*(Manager|Helper)\b/.test(read(file)))
  assert.deepEqual(vague, [])
})

test('every source file opens with what it is', () => {
  assert.deepEqual(
    sources.filter((file) => !/^(#!.*\n)?\/[/*]/.test(read(file))),
    [],
  )
})

test('nothing is left to do later and no test is left out', () => {
  const marks = new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X'].join(''))
  const wrong = everything.filter((file) => marks.test(read(file)))
  const skipped = everything.filter((file) =>
    /\b(test|it|describe)\.(only|skip|todo)\(/.test(read(file)),
  )
  assert.deepEqual([...wrong, ...skipped], [])
})

function files(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('test/vectors/v'))
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}

function isTest(file: string): boolean {
  return (
    /\.(test|suite|bench)\.ts$/.test(file) || file.startsWith('test/') || file.startsWith('bench/')
  )
}

function roomOf(file: string): string | undefined {
  return /^src\/(\w+)\//.exec(file)?.[1]
}

function importsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...found].map(([, target]) => path.join(path.dirname(file), target as string))
}

/** The lines of a file with comments blanked, so that prose may name what code may not use. */
function codeLines(file: string): string[] {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '')
    .split('\n')
}

/** Functions over the limit, as `line: name`: found by indentation, which the formatter keeps. */
function longFunctions(lines: readonly string[], limit: number): string[] {
  const long: string[] = []
  lines.forEach((line, start) => {
    const head =
      /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|(?:static |async |\*|#)*(\w+)\()/.exec(
        line,
      )
    if (!head || !/[{(]\s*$/.test(line) || /^\s*(if|for|while|switch|return)\b/.test(line)) return
    const end = lines.findIndex((other, at) => at > start && other.startsWith(`${head[1]}}`))
    if (end > 0 && end - start + 1 > limit) long.push(`${start + 1}: ${end - start + 1} lines`)
  })
  return long
}
