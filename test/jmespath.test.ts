// Goal: `--query` is JMESPath as AWS's command line has it. Method: the cases of the public
// JMESPath compliance suite, and cases of our own for what the suite leaves out, each with what the
// reference implementation in Python (jmespath 1.1) prints or says.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CommandFailure } from '../src/cli/aws/failure.ts'
import { formatJson } from '../src/cli/aws/output-json.ts'
import { isRecord } from '../src/cli/aws/python.ts'
import { parsePythonJson } from '../src/cli/aws/python-json.ts'
import { compileQuery } from '../src/cli/aws/query.ts'

interface QueryCase {
  readonly expression: string
  /** What it prints. */
  readonly printed?: string
  /** Why the expression is refused. */
  readonly mistake?: string
  /** Why it does not fit. */
  readonly failure?: string
}

/** Told in other words than the reference's, with the same exit code. */
const OTHER_WORDS: readonly string[] = ['a[::0]']

function casesOf(file: string) {
  const text = readFileSync(new URL(`./jmespath/${file}.ndjson`, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const given = line.slice(line.indexOf('"given":') + 8, line.lastIndexOf(',"cases":'))
      const { file, cases } = JSON.parse(line) as { file: string; cases: QueryCase[] }
      return { file, given: plain(parsePythonJson(given)), cases }
    })
}

// An answer is made of plain objects.
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

function outcome(expression: string, given: unknown): QueryCase {
  try {
    return { expression, printed: formatJson(compileQuery(expression)(given)).trimEnd() }
  } catch (error) {
    assert.ok(error instanceof CommandFailure, String(error))
    if (error.exitCode === 255) return { expression, failure: error.message }
    return {
      expression,
      mistake: error.message.slice(`Bad value for --query ${expression}: `.length),
    }
  }
}

for (const source of ['compliance', 'own']) {
  for (const { file, given, cases } of casesOf(source)) {
    test(`queries come out as in the reference: ${file}`, () => {
      const wrong = cases
        .map(({ expression, printed, mistake, failure }) => ({
          wanted: {
            expression,
            ...(printed === undefined ? {} : { printed }),
            ...(mistake === undefined ? {} : { mistake }),
            ...(failure === undefined ? {} : { failure }),
          },
          got: outcome(expression, given),
        }))
        .filter(({ wanted, got }) => !OTHER_WORDS.includes(wanted.expression) && !same(wanted, got))
      assert.deepEqual(
        wrong.map(({ got }) => got),
        wrong.map(({ wanted }) => wanted),
      )
    })
  }
}

function same(wanted: object, got: object): boolean {
  try {
    assert.deepEqual(got, wanted)
    return true
  } catch {
    return false
  }
}
