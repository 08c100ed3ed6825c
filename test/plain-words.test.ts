// What users read is plain English: subject, verb, object; "is not a …" rather than "is no …";
// defaults in brackets, as every command line has them. Texts that AWS published stay as they are.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { PUBLISHED_TEXTS } from '../src/wire/published-texts.ts'

const ROOT = path.resolve(import.meta.dirname, '..')

/** Turns of phrase that are another language's, and what to write instead. */
const TURNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:is|are|was|be) no (?!longer\b|more\b|such\b|\w+ (?:that|which)\b)[a-zA-Z]/, 'is not a …'],
  [/\bwhen left out\b|\bleft out: /, '[default: …]'],
  [/\b[Ww]hoever\b/, 'who, anybody who'],
  [/\bOf the \w+ \d+ (?:are|is)\b/, 'N of the … are'],
  [/\b[Ss]o many \w+ at a time\b/, '… at the same time'],
  [/\bmin after\b/, '… min ago'],
  [/\bmakes? no sense\b/, 'cannot be used'],
]
/** "There is no vault" is English. */
const EXISTENCE = /\b[Tt]here (?:is|are|was|were|will be) no\b/g

/** Rooms whose texts people read: answers, refusals, help, articles. */
const ROOMS = ['cli', 'wire', 'config', 'api', 'server', 'jobs', 'assembly', 'model', 'keys']
const PAGES = ['README.md', 'docs/commands.md', 'docs/configuration.md', 'docs/failures.md']
const LITERAL = /'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g

test('texts of the program are plain English', () => {
  const wrong = ROOMS.flatMap((room) => sourcesOf(`src/${room}`)).flatMap((file) => {
    const code = read(file).replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
    return (code.match(LITERAL) ?? []).flatMap((text) => found(file, text))
  })
  assert.deepEqual(wrong, [])
})

test('pages for users are plain English', () => {
  assert.deepEqual(
    PAGES.flatMap((page) =>
      read(page)
        .split('\n')
        .flatMap((line) => found(page, line)),
    ),
    [],
  )
})

const published = new Set(Object.values(PUBLISHED_TEXTS))

function found(file: string, text: string): string[] {
  if (published.has(text.slice(1, -1))) return []
  const rest = text.replaceAll(EXISTENCE, '')
  return TURNS.filter(([turn]) => turn.test(rest)).map(
    ([, better]) => `${file}: ${text} → ${better}`,
  )
}

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

function sourcesOf(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.(test|suite)\.ts$/.test(name))
    .map((name) => `${folder}/${name}`)
}
