// Goal: `copyhold backup …` prints, answers and sends what AWS's own command line does. Method: the
// recorded cases, run inside this process, compared part by part.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { casesOf } from './cli-cases/case.ts'
import { compare } from './cli-cases/compare.ts'
import { runCase } from './cli-cases/run-case.ts'

/** Cases that differ on purpose, with the part and the reason; docs/aws-cli.md tells them. */
const DIFFERENT: Readonly<Record<string, string>> = {}

const only = process.env.CLI_CASE
const groups = readdirSync(path.join(import.meta.dirname, 'cli-cases'))
  .filter((name) => name.endsWith('.ndjson'))
  .map((name) => path.basename(name, '.ndjson'))

for (const group of groups) {
  test(`the recorded cases of ${group} come out the same`, async (context) => {
    for (const given of casesOf(group)) {
      if (only !== undefined && !given.id.includes(only)) continue
      const found = compare(given, await runCase(given))
      const wrong = found.filter(({ part }) => part !== DIFFERENT[given.id])
      if (wrong.length === 0) continue
      await context.test(given.id, () => {
        for (const { part, wanted, got } of wrong) assert.deepEqual(got, wanted, part)
      })
    }
  })
}
