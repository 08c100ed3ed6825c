// Goal: every operation and option is explained, pages have the reference's titles, and on a
// terminal they go through the reader's pager. Method: pages of the whole model; a fake terminal.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { model, operationsByCommand } from '../../wire/index.ts'
import { GLOBAL_OPTIONS, operationOptions } from '../aws/options.ts'
import { commandTree } from '../commands/run.ts'
import { runCli } from '../run.ts'
import { fakeHost } from '../stub.suite.ts'
import { EXTRA_MEANINGS, GLOBAL_MEANINGS } from './descriptions/options.ts'
import { OWN_COMMANDS } from './descriptions/own-commands.ts'
import { SENTENCES } from './descriptions/sentences.ts'
import { descriptionOf, operationPage } from './operation-page.ts'
import { renderPage, wrap } from './page.ts'

async function help(...argv: string[]) {
  const host = fakeHost({})
  const code = await runCli(argv, host)
  return { code, ...host.printed }
}
const titles = (text: string) => text.match(/^[A-Z][A-Z ]+$/gm)

test('every operation has one sentence, and no other has', () => {
  assert.deepEqual(Object.keys(SENTENCES).sort(), Object.keys(model.operations).sort())
  for (const sentence of Object.values(SENTENCES)) assert.match(sentence, /^[A-Z].*\.$/)
})

test('every page can be made and names each option as a title', () => {
  for (const [command, operation] of operationsByCommand()) {
    const text = renderPage(operationPage(command), { columns: 80, bold: false })
    assert.doesNotMatch(text, /undefined|\[object/, command)
    for (const { name } of operationOptions(operation, [])) {
      assert.match(text, new RegExp(`^ {7}${name}( \\(|$)`, 'm'), command)
    }
  }
})

test('options that no member stands behind are explained', () => {
  for (const { name } of GLOBAL_OPTIONS) assert.ok(GLOBAL_MEANINGS[name.slice(2)], name)
  for (const operation of Object.values(model.operations)) {
    const members = Object.keys(structureMembers(operation.input?.shape))
    for (const { name, key } of operationOptions(operation as never, [])) {
      assert.ok(members.includes(key) || EXTRA_MEANINGS[name.slice(2)], `${operation.name} ${name}`)
    }
  }
})

function structureMembers(shape: string | undefined): object {
  const found = shape === undefined ? undefined : model.shapes[shape]
  return found?.type === 'structure' ? found.members : {}
}

test('full descriptions speak of members that exist', () => {
  for (const operation of Object.values(model.operations)) {
    const members = structureMembers(operation.input?.shape)
    for (const name of Object.keys(descriptionOf(operation.name)?.options ?? {})) {
      assert.ok(name in members, `${operation.name} ${name}`)
    }
  }
  assert.ok(descriptionOf('StartCopyJob'))
})

test('the page of an operation has the titles of the reference', async () => {
  const { code, out, err } = await help('backup', 'start-copy-job', 'help')
  assert.deepEqual([code, err], [0, ''])
  const wanted = ['NAME', 'DESCRIPTION', 'SYNOPSIS', 'OPTIONS', 'GLOBAL OPTIONS', 'OUTPUT']
  assert.deepEqual(titles(out), wanted)
  assert.match(out, /--recovery-point-arn \(string\) \[required\]/)
  assert.match(out, /Shorthand:\n +MoveToColdStorageAfterDays=long,/)
  assert.match(out, /"OptInToArchiveForSupportedResources": true\|false,/)
  assert.match(out, /What can go wrong/)
})

test('help of the whole, of the service, and of our own commands', async () => {
  assert.deepEqual(titles((await help('help')).out)?.slice(0, 3), [
    'NAME',
    'DESCRIPTION',
    'SYNOPSIS',
  ])
  const service = await help('help', 'backup')
  assert.equal(service.out, (await help('backup', 'help')).out)
  assert.equal(
    (await help('help', 'backup', 'list-tags')).out,
    (await help('backup', 'list-tags', 'help')).out,
  )
  const own = await help('help', 'resource', 'add')
  assert.match(own.out, /copyhold resource add \[options\] <kind> <path>[\s\S]*EXAMPLES/)
  const unknown = await help('help', 'nonsense')
  assert.equal(unknown.code, 252)
})

test('every command of our own has examples', () => {
  for (const command of commandTree(fakeHost({})).commands) {
    if (command.name() === 'backup' || command.name().startsWith('_')) continue
    const described = Object.keys(OWN_COMMANDS).some(
      (path) => path.split(' ')[0] === command.name(),
    )
    assert.ok(described, command.name())
  }
})

test('on a terminal a page goes through the pager of MANPAGER, with bold titles', async () => {
  const paged: string[] = []
  const run = async (variables: Record<string, string>, fails = false) => {
    const host = fakeHost({ variables })
    const started: string[][] = []
    await runCli(['help', 'dev'], {
      ...host,
      terminal: { ...host.terminal, outIsTerminal: true },
      surroundings: {
        ...host.surroundings,
        startProgram: async (command: readonly string[]) => {
          started.push([...command])
          if (fails) throw Object.assign(new Error('none'), { code: 'ENOENT' })
          return {
            write: async (text: string) => void paged.push(text),
            end: async () => 0,
          } as never
        },
      },
    })
    return { started, out: host.printed.out }
  }
  const manual = await run({ MANPAGER: 'most -x', PAGER: 'more' })
  assert.deepEqual([manual.started, manual.out], [[['most', '-x']], ''])
  assert.ok(paged.join('').startsWith('\u001b[1mNAME\u001b[0m\n'))
  assert.deepEqual((await run({ PAGER: 'more' })).started, [['more']])
  assert.deepEqual((await run({})).started, [['less', '-R']])
  const without = await run({}, true)
  assert.match(without.out, /NAME/)
})

test('text breaks at spaces, and a long word stands alone', () => {
  assert.deepEqual(wrap('aa bb cc', 5), ['aa bb', 'cc'])
  assert.deepEqual(wrap('a longerword b', 4), ['a', 'longerword', 'b'])
})
