// docs/aws-compatibility.md: every operation of the service and every rule that was chosen. The
// list of operations is the service model's; what is built is what the server serves.

import { operations } from '../../src/api/index.ts'
import { model } from '../../src/wire/index.ts'
import { DIFFERENCES } from './differences.ts'
import { RULES } from './rules.ts'

/** The whole page, Markdown. */
export function compatibilityPage(): string {
  const names = Object.keys(model.operations).sort()
  const built = names.filter((name) => Object.hasOwn(operations, name))
  const partial = built.filter((name) => Object.hasOwn(DIFFERENCES, name))
  const missing = names.filter((name) => !Object.hasOwn(operations, name))
  return `${[
    head(names.length, built.length, partial.length),
    '## Operations that are built\n',
    '| operation | | what differs |',
    '|---|---|---|',
    ...built.map(
      (name) => `| ${name} | ${kindOf(name)} | ${(DIFFERENCES[name] ?? []).join(' ')} |`,
    ),
    '',
    '## Operations that are not built\n',
    'The server answers 501 `NotImplementedException` and names the operation.\n',
    missing.map((name) => `\`${name}\``).join(', '),
    '',
    '## Rules that AWS does not publish\n',
    'What AWS says nothing about had to be decided. Where AWS’s behaviour becomes known, it wins.\n',
    '| question | what Copyhold does |',
    '|---|---|',
    ...RULES.map(({ question, choice }) => `| ${question} | ${choice} |`),
  ].join('\n')}\n`
}

function kindOf(name: string): string {
  return Object.hasOwn(DIFFERENCES, name) ? 'partial' : 'real'
}

function head(all: number, built: number, partial: number): string {
  return `<!-- Written from the service model, the operations of src/api and test/compatibility; a
test keeps it so. -->

# What of AWS Backup is here

AWS Backup’s service model has ${all} operations. ${built} are built: they do what they say, with
the errors and states of AWS. Of these, ${partial} differ in something that a caller could notice,
which is said beside them. The command line knows all of them, against Copyhold and against AWS.
`
}
