// Goal: what an article tells a reader to paste is a command that this program takes. Method: each
// command of ours in docs/failures.md, filled in, is run where no server is: it has to get as far
// as asking one. Commands of AWS's other services are not tried: there is nobody to ask.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from './real-server.ts'
import { runCommand } from './run-command.ts'

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../docs/failures.md'), 'utf8')
const COMMANDS = new Set(PAGE.match(/(?<=^ *)copyhold .+$/gm))
const EXIT_ASKED_NOBODY = 255

const FACTS: Readonly<Record<string, string>> = {
  region: 'eu-west-1',
  account: '123456789012',
  'resource-arn': 'arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1',
  'recovery-point-arn': 'arn:aws:backup:eu-west-1:123456789012:recovery-point:A',
  'key-id': '8ef6b4cf-ff0b-4ba5-9a1f-6c6e7ac1a111',
  'job-id': '31C6D2B5-1FF5-450A-A12A-7085FCD2E0F4',
  'resource-type': 'EFS',
  days: '30',
  path: '/srv/www',
}

test('the commands of articles are read by this program', async () => {
  using folder = temporaryFolder()
  const document = path.join(folder.path, 'policy.json')
  writeFileSync(document, '{}')
  const refused: string[] = []
  for (const command of COMMANDS) {
    const line = filled(command).replaceAll('policy.json', document)
    const { code, err } = await runCommand(words(line).slice(1), {
      environment: {
        AWS_ENDPOINT_URL_BACKUP: 'http://127.0.0.1:1',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: '123456789012',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_MAX_ATTEMPTS: '1',
        HOME: folder.path,
      },
    })
    const asked = command.startsWith('copyhold dev ') || code === EXIT_ASKED_NOBODY
    if (!asked || /unknown option|arguments are required/.test(err)) {
      refused.push(`${line}: ${code} ${err}`)
    }
  }
  assert.deepEqual(refused, [])
  assert.ok(COMMANDS.size > 20, `${COMMANDS.size}`)
})

/** With facts in place of what stands in angle brackets. */
function filled(command: string): string {
  return command.replaceAll(/<([a-z-]+)>/g, (_, name: string) => {
    const plain = name.replace(/^(source|destination)-(?=region|account)/, '')
    return FACTS[plain] ?? plain
  })
}

/** The words as a shell takes them; quotes stand around whole words only. */
const words = (line: string) =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''))
