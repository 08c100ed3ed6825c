// Goal: a command that a page names in passing is one that there is, with the options it is named
// with. Method: its page of help is asked for; scripts of npm are looked for in package.json.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { PAGES, pageText } from './pages/all-pages.ts'
import { type Ran, runCommand } from './run-command.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
/** What begins like a command of ours and is none, or is one that a page says is not there. */
const NOT_THERE: Readonly<Record<string, string>> = {
  'copyhold is listening on': 'what a server prints',
  'copyhold 2026 format': 'texts of the vault format',
  'copyhold worker': 'the design has it for workers on machines of their own',
  'copyhold doctor': 'the design has it for what a machine lacks',
  'copyhold login': 'named as what there is not',
}
const GLOBAL = /^--(region|profile|endpoint-url|output|query|version|help|cli-auto-prompt|debug)$/

const asked = new Map<string, Promise<Ran>>()

/** The page of help of a command, asked for once. */
function helpOf(words: string): Promise<Ran> {
  const known = asked.get(words)
  if (known) return known
  const argv = words.startsWith('backup ') ? [...words.split(' '), 'help'] : ['help', words]
  const asking = runCommand(argv.flatMap((word) => word.split(' ')))
  asked.set(words, asking)
  return asking
}

test('every command that a page names is there, with the options it names', async () => {
  const wrong: string[] = []
  for (const [page, command] of commandsOf(/`(?:npx )?(copyhold [^`]+)`/g)) {
    if (Object.keys(NOT_THERE).some((text) => command.startsWith(text))) continue
    const [, words = ''] = /^copyhold ((?:[a-z][a-z-]*(?: |$|\b))*)/.exec(command) ?? []
    const named = commandIn(words.trim())
    if (named === '') continue
    const { code, out } = await helpOf(named)
    if (code !== 0) wrong.push(`${page}: ${command}: there is no such command`)
    for (const option of command.match(/--[a-z][a-z-]+/g) ?? []) {
      if (!GLOBAL.test(option) && !out.includes(option)) {
        wrong.push(`${page}: ${command}: ${option} is no option of it`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

test('every script of npm that a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const named = commandsOf(/npm (?:run )?(test|(?<=run )\w+(?::\w+)*)/g)
  assert.ok(named.length > 10)
  assert.deepEqual(
    named.filter(([, script]) => !(script in scripts)),
    [],
  )
})

/** The words of a command without those of its arguments: what is a group has two. */
function commandIn(words: string): string {
  const [first = '', second = ''] = words.split(' ')
  const inGroup = ['vault', 'resource', 'admin', 'dev-clock', 'dev-fault', 'backup'].includes(first)
  return inGroup && second !== '' ? `${first} ${second}` : first
}

/** What the pattern finds in each page. */
function commandsOf(pattern: RegExp): [page: string, found: string][] {
  return PAGES.flatMap((page) =>
    [...pageText(page).matchAll(pattern)].map(([, found = '']): [string, string] => [page, found]),
  )
}
