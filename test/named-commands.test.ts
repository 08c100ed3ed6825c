// Goal: a command that a page or help names is one that there is, with the options it is named
// with. Method: its page of help is asked for, and read without the examples that stand in it;
// scripts of npm are looked for in package.json.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { OTHER_JOBS } from '../src/cli/help/descriptions/backup-jobs.ts'
import { COPY_JOBS } from '../src/cli/help/descriptions/copy-jobs.ts'
import { OWN_COMMANDS } from '../src/cli/help/descriptions/own-commands.ts'
import { VAULTS } from '../src/cli/help/descriptions/vaults.ts'
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

/** Words behind which another one belongs to the command. */
const GROUPS = ['vault', 'resource', 'admin', 'dev-clock', 'dev-fault', 'wait', 'backup']

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
  const named = foundIn(PAGES.map((page) => [page, pageText(page)]))(/`(?:npx )?(copyhold [^`]+)`/g)
  assert.deepEqual(await notThere(named), [])
})

test('every command that help shows as an example is there, with its options', async () => {
  const texts = [COPY_JOBS, OTHER_JOBS, OWN_COMMANDS, VAULTS].flatMap((descriptions) =>
    Object.entries(descriptions).flatMap(([name, { examples }]) =>
      examples.map(({ command }): [string, string] => [name, command.replaceAll('\\\n', ' ')]),
    ),
  )
  const named = foundIn(texts)(/(?<=^|&& |\(|\n)(copyhold [^\n&|)]+)/g)
  assert.ok(named.length > 60, `${named.length}`)
  assert.deepEqual(await notThere(named), [])
})

test('every script of npm that a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const named = foundIn(PAGES.map((page) => [page, pageText(page)]))(
    /npm (?:run )?(test|(?<=run )\w+(?::\w+)*)/g,
  )
  assert.ok(named.length > 10)
  assert.deepEqual(
    named.filter(([, script]) => !(script in scripts)),
    [],
  )
})

type Found = readonly [where: string, what: string]

/** Of these commands, those that are not there, or not with their options. */
async function notThere(commands: readonly Found[]): Promise<string[]> {
  const wrong: string[] = []
  for (const [where, command] of commands) {
    if (Object.keys(NOT_THERE).some((text) => command.startsWith(text))) continue
    const [, words = ''] = /^copyhold ((?:[a-z][a-z-]*(?: |$|\b))*)/.exec(command) ?? []
    const named = commandIn(words.trim())
    if (named === '') continue
    const { code, out } = await helpOf(named)
    const declared = out.replace(/^EXAMPLES$[\s\S]*?(?=^[A-Z]|$(?![\s\S]))/m, '')
    if (code !== 0) wrong.push(`${where}: ${command}: there is no such command`)
    for (const option of command.match(/(?<= |\[)--[a-z][a-z-]+/g) ?? []) {
      if (!GLOBAL.test(option) && !declared.includes(option)) {
        wrong.push(`${where}: ${command}: ${option} is not an option of it`)
      }
    }
  }
  return wrong
}

/** The words of a command without those of its arguments: what is a group has two. */
function commandIn(words: string): string {
  const [first = '', second = ''] = words.split(' ')
  const inGroup = GROUPS.includes(first)
  return inGroup && second !== '' ? `${first} ${second}` : first
}

/** What a pattern finds in each of these texts. */
function foundIn(texts: readonly Found[]): (pattern: RegExp) => Found[] {
  return (pattern) =>
    texts.flatMap(([where, text]) =>
      [...text.matchAll(pattern)].map(([, found = '']): Found => [where, found]),
    )
}
