// Goal: whoever pastes the commands of a page gets what the page shows. Method: each page's
// commands are run in one shell, in a fresh folder, against the program as it is installed; what
// is printed must be what stands below them, but for ids, moments and amounts. UPDATE=1 writes the
// output anew.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { repeatingCommands } from '../src/cli/quickstart/commands.ts'
import { PAGES, pageText } from './pages/all-pages.ts'
import { fencesOf, isShell, whyNotRun } from './pages/fences.ts'
import { isShown, masked, withoutItsWay } from './pages/masks.ts'
import { type Ran, runSteps } from './pages/run-steps.ts'
import { stepsOf } from './pages/steps.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const ROOT = path.resolve(import.meta.dirname, '..')

/** Pages whose reader is in a folder that holds something, or in one of the system. */
const READERS: Readonly<Record<string, { holds?: readonly string[]; system?: string }>> = {
  'README.md': { holds: ['docs'] },
  'docs/configuration.md': { system: '/etc/copyhold' },
}

for (const page of PAGES.filter((name) => stepsOf(pageText(name)).length > 0)) {
  if (whyNotRun(pageText(page))) continue
  test(`${page}: its commands do what it shows`, async () => {
    using folder = temporaryFolder()
    const { holds = [], system } = READERS[page] ?? {}
    const here = path.join(folder.path, 'here')
    mkdirSync(here)
    for (const name of holds) {
      cpSync(path.join(ROOT, name), path.join(here, name), { recursive: true })
    }
    const instead = system ? { [system]: path.join(folder.path, 'system') } : {}
    const ran = await runSteps(stepsOf(pageText(page)), { folder: folder.path, instead })
    if (process.env.UPDATE === '1') {
      writeFileSync(path.join(ROOT, page), updated(pageText(page), ran))
    }
    const told = ran.map((each) => `--- line ${each.step.line}\n${each.printed}`).join('\n')
    for (const { step, printed, codes } of ran) {
      if (step.inAnotherShell) continue
      const where = `${page}, line ${step.line}: ${step.commands}`
      assert.deepEqual(codes, step.codes, `${where} exit codes\n${told}`)
      if (step.shown === undefined || isShown(printed, step.shown)) continue
      assert.deepEqual(masked(printed), masked(step.shown), where)
    }
  })
}

test('the commands that quickstart prints can be pasted', async () => {
  using folder = temporaryFolder()
  const lines = repeatingCommands()
  const from = lines.indexOf('')
  const step = { codes: [], inAnotherShell: false, line: 0 }
  const restored = path.join(folder.path, 'restored')
  const [, all] = await runSteps(
    [
      { ...step, commands: `${lines.slice(0, from).join('\n')}\n`, inAnotherShell: true },
      { ...step, commands: `${lines.slice(from).join('\n')}\n` },
    ],
    {
      folder: folder.path,
      instead: {
        '/tmp/copyhold-restored': restored,
        '/tmp/copyhold-notes': path.join(folder.path, 'notes'),
        '--restore-root /tmp': `--restore-root ${folder.path}`,
      },
    },
  )
  assert.deepEqual(all?.codes, [], all?.printed)
  assert.deepEqual(all?.printed.match(/^(COMPLETED|FAILED)$/gm), Array(3).fill('COMPLETED'))
  assert.equal(readFileSync(path.join(restored, 'first.txt'), 'utf8'), 'worth keeping\n')
})

test('the first commands of the README are those that CI runs', () => {
  const [first] = fencesOf(pageText('README.md')).filter(isShell)
  const ci = readFileSync(path.join(ROOT, '.ci/run'), 'utf8')
  for (const command of first?.text.trim().split(' && ') ?? []) {
    assert.match(ci, new RegExp(`^${command}\\b`, 'm'))
  }
})

test('every block of commands is run, or its page says why not', () => {
  const wrong = PAGES.flatMap((page) =>
    fencesOf(pageText(page)).flatMap(({ language, mark, line }) => {
      if (language === '') return [`${page}:${line}: say after the fence what the block is`]
      const silent = mark.kind === 'not run' && mark.why.split(' ').length < 3
      return silent ? [`${page}:${line}: say why it is not run`] : []
    }),
  )
  assert.deepEqual(wrong, [])
})

test('commands name both variables of a Region, and nothing that is to be put in by hand', () => {
  const wrong = PAGES.filter((page) => !whyNotRun(pageText(page))).flatMap((page) =>
    fencesOf(pageText(page))
      .filter(isShell)
      .flatMap(({ text, line }) => [
        ...(/\bAWS_REGION=/.test(text) === /\bAWS_DEFAULT_REGION=/.test(text)
          ? []
          : [`${page}:${line}: AWS_REGION and AWS_DEFAULT_REGION: SDKs read one, tools the other`]),
        ...(/<[a-z-]+>|\b(ARN|ID|VAULT|YOUR)(-[A-Z]+)*\b(?!=)/.test(commandsOf(text))
          ? [`${page}:${line}: a variable can be pasted, a placeholder cannot`]
          : []),
      ]),
  )
  assert.deepEqual(wrong, [])
})

/** What is typed of a block, without the output that stands between it. */
const commandsOf = (text: string) =>
  text.startsWith('$ ') ? (text.match(/^\$ (.*\\\n)*.*/gm) ?? []).join('\n') : text

/** The page with the output that was printed, where it shows another one and all of it. */
function updated(page: string, ran: readonly Ran[]): string {
  return ran.reduce((text, { step, printed }) => {
    const { commands, shown } = step
    if (!shown || shown.includes('…\n') || isShown(printed, shown)) return text
    const at = text.indexOf(shown, text.indexOf(commands) + commands.length)
    return text.slice(0, at) + withoutItsWay(printed) + text.slice(at + shown.length)
  }, page)
}
