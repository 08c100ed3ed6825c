// The options of the AWS command line: those every command takes, and those of one operation,
// which follow from the service model.

import * as client from '../../wire/index.ts'
import { type Asking, FOLLOWED, PROGRESS_STYLES } from '../jobs/kinds.ts'
import type { OptionSpec } from './arguments.ts'

const OUTPUTS = ['json', 'text', 'table', 'yaml', 'yaml-stream', 'off']
export const ERROR_FORMATS = ['legacy', 'json', 'yaml', 'text', 'table', 'enhanced']

export const BINARY_FORMATS = ['base64', 'raw-in-base64-out']

const one = (name: string, choices?: readonly string[]): OptionSpec => ({
  name: `--${name}`,
  key: name,
  takes: 'one',
  ...(choices ? { choices } : {}),
})
const flag = (name: string, key = name, constant: unknown = true): OptionSpec => ({
  name: `--${name}`,
  key,
  takes: 'flag',
  constant,
})

/** In the order messages list them. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  flag('debug'),
  one('endpoint-url'),
  flag('no-verify-ssl'),
  flag('no-paginate'),
  one('output', OUTPUTS),
  one('query'),
  one('profile'),
  one('region'),
  flag('version'),
  one('color', ['on', 'off', 'auto']),
  flag('no-sign-request'),
  one('ca-bundle'),
  one('cli-read-timeout'),
  one('cli-connect-timeout'),
  one('cli-binary-format', BINARY_FORMATS),
  flag('no-cli-pager'),
  flag('cli-auto-prompt'),
  flag('no-cli-auto-prompt'),
  one('cli-error-format', ERROR_FORMATS),
]

/** A member of an operation's input with the option that sets it. */
export interface MemberOption {
  readonly member: string
  readonly spec: client.ModelMember
  /** With its dashes. */
  readonly option: string
}

/** The options that set an operation's input, in model order. */
export function memberOptions(operation: client.ModelOperation): MemberOption[] {
  return client.membersOf(client.inputShape(operation)).map(([member, spec]) => ({
    member,
    spec,
    option: `--${client.commandName(member)}`,
  }))
}

/** Operations whose job can be waited for, with where to look. */
export const WAITABLE: Readonly<Record<string, Asking>> = {
  StartBackupJob: FOLLOWED.backup,
  StartCopyJob: FOLLOWED.copy,
  StartRestoreJob: FOLLOWED.restore,
  StartReportJob: FOLLOWED.report,
  StartScanJob: FOLLOWED.scan,
}

/** All options of an operation. `argv` decides whether required options are required. */
export function operationOptions(
  operation: client.ModelOperation,
  argv: readonly string[],
): OptionSpec[] {
  const needed = new Set(
    liftsRequirement(argv) ? [] : (client.inputShape(operation).required ?? []),
  )
  const options: OptionSpec[] = []
  for (const { member, spec, option } of memberOptions(operation)) {
    const required = needed.has(member) && !spec.idempotencyToken
    options.push(...optionsOf(member, spec, option, required))
  }
  if (client.paginatorOf(operation)) {
    options.push(one('starting-token'))
    options.push({ ...one('page-size'), integer: true }, { ...one('max-items'), integer: true })
  }
  options.push(one('cli-input-json'), one('cli-input-yaml'))
  options.push({
    ...one('generate-cli-skeleton', ['input', 'output', 'yaml-input']),
    takes: 'optional',
    constant: 'input',
  })
  if (WAITABLE[operation.name]) {
    options.push(flag('wait'), { ...one('wait-timeout'), integer: true })
    options.push(one('progress', PROGRESS_STYLES))
  }
  return options
}

function optionsOf(
  member: string,
  spec: client.ModelMember,
  option: string,
  required: boolean,
): OptionSpec[] {
  const { type } = client.shapeOf(spec.shape)
  const base = { name: option, key: member, ...(required ? { required } : {}) }
  if (type === 'boolean') {
    const no = `--no-${option.slice(2)}`
    return [
      { ...base, takes: 'flag', constant: true },
      { name: no, key: member, takes: 'flag', constant: false },
    ]
  }
  if (type === 'list') return [{ ...base, takes: 'several' }]
  return [{ ...base, takes: 'one', ...(type === 'long' ? { integer: true } : {}) }]
}

// Only the full spelling as a word of its own counts, and `output` wants a complete command.
function liftsRequirement(argv: readonly string[]): boolean {
  if (argv.includes('--cli-input-json') || argv.includes('--cli-input-yaml')) return true
  const at = argv.indexOf('--generate-cli-skeleton')
  return at !== -1 && argv[at + 1] !== 'output'
}

/** Names of all operations, as they are typed. */
export function operationNames(): string[] {
  return [...client.operationsByCommand().keys()]
}
