// Goal: `copyhold backup …` prints, answers and sends what AWS's own command line does. Method: the
// recorded cases, run inside this process, compared part by part.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { casesOf } from './cli-cases/case.ts'
import { compare } from './cli-cases/compare.ts'
import { runCase } from './cli-cases/run-case.ts'

/**
 * Cases that differ on purpose, with the parts; docs/aws-cli.md tells why. They name no command of
 * AWS's: the short help that leads on from there is ours, `src/cli/help/short.test.ts` holds it.
 */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  'argument-errors-042-no-arguments-at-all': ['rc', 'stdout', 'stderr'],
  'argument-errors-043-unknown-service-with-suggestion': ['stderr'],
  'argument-errors-044-unknown-service-without-suggestion': ['stderr'],
  'help-version-008-dash-h': ['rc', 'stdout', 'stderr'],
}

const only = process.env.CLI_CASE
const groups = readdirSync(path.join(import.meta.dirname, 'cli-cases'))
  .filter((name) => name.endsWith('.ndjson'))
  .map((name) => path.basename(name, '.ndjson'))

for (const group of groups) {
  test(`the recorded cases of ${group} come out the same`, async (context) => {
    for (const given of casesOf(group)) {
      if (only !== undefined && !given.id.includes(only)) continue
      const found = compare(given, await runCase(given))
      const wrong = found.filter(({ part }) => !DIFFERENT[given.id]?.includes(part))
      if (wrong.length === 0) continue
      await context.test(given.id, () => {
        for (const { part, wanted, got } of wrong) assert.deepEqual(got, wanted, part)
      })
    }
  })
}
