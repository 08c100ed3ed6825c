// The pages of the whole: `copyhold help` and `copyhold backup help`.

import { operationsByCommand } from '../../wire/index.ts'
import { COMMAND_GROUPS } from './groups.ts'
import { globalOptions, sentenceOf } from './operation-page.ts'
import type { Block, Section } from './page.ts'

/** A command of our own with its sentence. */
export interface OwnCommand {
  readonly usage: string
  readonly summary: string
}

/** The page of `copyhold help`. */
export function topPage(commands: readonly OwnCommand[]): Section[] {
  return [
    { title: 'NAME', blocks: [{ text: 'copyhold' }] },
    { title: 'DESCRIPTION', blocks: [...about(), ...listed(commands), ...questions()] },
    { title: 'SYNOPSIS', blocks: [{ text: 'copyhold [options] backup <operation> [parameters]' }] },
    { title: 'GLOBAL OPTIONS', blocks: globalOptions() },
    { title: 'AVAILABLE SERVICES', blocks: [{ lines: ['backup', 'help'] }] },
    {
      title: 'SEE ALSO',
      blocks: [
        {
          lines: [
            'copyhold backup help             all operations',
            'copyhold backup OPERATION help   one operation',
            'copyhold help COMMAND            a command of our own',
          ],
        },
      ],
    },
  ]
}

function about(): Block[] {
  return [
    {
      text:
        'An open, self-hosted AWS Backup that really copies. `copyhold backup OPERATION …` takes ' +
        'the arguments of `aws backup OPERATION …` and answers the same, against a Copyhold server ' +
        'or against AWS.',
    },
  ]
}

function listed(commands: readonly OwnCommand[]): Block[] {
  return [
    ...COMMAND_GROUPS.flatMap(({ title, commands: names }): Block[] => [
      'blank',
      { title, indent: -3 },
      'blank',
      ...names
        .flatMap((name) => commands.filter(({ usage }) => usage.split(' ')[0] === name))
        .flatMap(({ usage, summary }): Block[] => [
          { lines: [`copyhold ${usage}`] },
          { text: summary, indent: 3 },
        ]),
    ]),
  ]
}

function questions(): Block[] {
  return [
    'blank',
    { title: 'Questions', indent: -3 },
    'blank',
    {
      text:
        'With --cli-auto-prompt, AWS_CLI_AUTO_PROMPT=on or cli_auto_prompt = on in the profile, ' +
        'missing arguments are asked for: vaults, recovery points and jobs can be chosen from what ' +
        'the server has. The whole command is shown, then run. With on-partial it asks only when ' +
        'the command is not complete or not right. Ctrl-C ends it.',
    },
  ]
}

/** The page of `copyhold backup help`. */
export function servicePage(): Section[] {
  const operations = [...operationsByCommand()].flatMap(([command, operation]): Block[] => [
    { title: command },
    { text: sentenceOf(operation), indent: 3 },
  ])
  return [
    { title: 'NAME', blocks: [{ text: 'backup' }] },
    {
      title: 'DESCRIPTION',
      blocks: [
        {
          text:
            'AWS Backup: vaults that hold recovery points, and the jobs that make, copy and ' +
            'restore them. A vault belongs to one Region, so mind --region.',
        },
      ],
    },
    { title: 'AVAILABLE COMMANDS', blocks: [...operations, { title: 'help' }] },
  ]
}
