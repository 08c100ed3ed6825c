// Goal: docs/cross-account.md can be pasted. Method: its shell blocks are run one after the other
// in one shell, against a real server, and what it shows must have been printed.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { realServer, temporaryFolder } from './real-server.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const PAGE = readFileSync(path.join(ROOT, 'docs', 'cross-account.md'), 'utf8')

/** The blocks of that language, in order. */
function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')
  return [...PAGE.matchAll(fence)].map(([, text = '']) => text)
}

/** Lines, in which amounts of bytes are all the same: moments are packed by their length. */
const linesOf = (text: string) => text.replaceAll(/\d+ bytes/g, 'so many bytes').split('\n')

test('the page on copies between accounts does what it says, block by block', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const here = path.join(folder.path, 'here')
  mkdirSync(here)
  // A newcomer's npx finds the program that is installed; here it is this checkout's.
  const program = `npx() { shift; '${process.execPath}' '${ROOT}/bin/copyhold.js' "$@"; }\n`
  const { stdout, stderr } = await promisify(execFile)(
    'bash',
    ['-c', program + blocks('sh').join('\n')],
    { cwd: here, env: { ...process.env, AWS_ENDPOINT_URL_BACKUP: server.url } },
  )
  const printed = new Set(linesOf(`${stdout}\n${stderr}`))
  const shown = blocks('text').flatMap((text) => linesOf(text.trimEnd()))
  assert.ok(shown.length >= 7)
  assert.deepEqual(
    shown.filter((line) => !printed.has(line)),
    [],
    `${stdout}\n${stderr}`,
  )
})
