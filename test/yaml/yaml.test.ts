// Goal: YAML means here what it means to AWS's command line. Method: texts with what its own
// reader (ruamel.yaml 0.18.14, safe and pure, as AWS CLI 2.38.1 calls it) built of each: the value
// as Python shows it, null where it refused the text, or the error that Python itself raised.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { represent } from '../../src/cli/aws/python.ts'
import { InvalidYaml } from '../../src/cli/aws/yaml-text.ts'
import { parsePythonYaml } from '../../src/cli/aws/yaml-values.ts'

type Built = string | null | { readonly error: string }

/** Texts that are read in another way, with how; docs/aws-cli.md tells why. */
const DIFFERENT = new Map<string, Built>([
  // What is merged comes first since ruamel.yaml 0.19.
  ['<<: {a: 1, b: 2}\na: 3', "{'b': 2, 'a': 3}"],
  ['{1: a, "1": b}', null],
  ['# c\n\ufeffa: b', "{'a': 'b'}"],
  ['{a:, b}', "{'a': None, 'b': None}"],
  ['a: "\\U00110000"', null],
  ['a: "\\ud83d\\ude00"', "{'a': '\u{1f600}'}"],
  ['a: !<> b', "{'a': 'b'}"],
  ['a: "b\n\tc"', null],
])

function built(text: string): Built {
  try {
    return represent(parsePythonYaml(text))
  } catch (error) {
    return error instanceof InvalidYaml ? null : { error: (error as Error).message }
  }
}

test('a text is built, refused or ends in an error as the reference has it', () => {
  const lines = readFileSync(path.join(import.meta.dirname, 'built.ndjson'), 'utf8').trimEnd()
  for (const line of lines.split('\n')) {
    const [text, wanted] = JSON.parse(line) as [string, Built]
    assert.deepEqual(built(text), DIFFERENT.has(text) ? DIFFERENT.get(text) : wanted, text)
  }
})

test('a set is shown in the order it was written, which Python does not keep', () => {
  assert.equal(built('!!set {b, a}'), "{'b', 'a'}")
})
