// Help in our own words, derived from the model: the sections AWS's command line has, under the
// same headings.

import * as client from '../../wire/index.ts'
import { GLOBAL_OPTIONS, memberOptions, operationNames, operationOptions } from './options.ts'

/** The page of an operation, of `backup`, or of the command itself. */
export function helpText(command: string | undefined, isService: boolean): string {
  if (command !== undefined) return operationPage(command)
  return isService ? servicePage() : topPage()
}

const indented = (lines: readonly string[]) =>
  lines.map((line) => (line === '' ? '' : `       ${line}`)).join('\n')
const section = (title: string, lines: readonly string[]) => `${title}\n${indented(lines)}\n\n`
const globalLines = () =>
  GLOBAL_OPTIONS.map(({ name, takes, choices }) => {
    const value = takes === 'flag' ? '' : ` <${choices?.join(' | ') ?? 'value'}>`
    return name + value
  })

function topPage(): string {
  return (
    section('NAME', ['copyhold']) +
    section('DESCRIPTION', [
      'The open AWS Backup that really copies. `copyhold backup OPERATION …` takes the',
      'same arguments as `aws backup OPERATION …`, against Copyhold or against AWS.',
      '',
      'Commands of our own; `copyhold help COMMAND` says more:',
      '',
      '  copyhold quickstart [PATH] [--keep]   backup, copy, restore, compare: all for real',
      '  copyhold dev [--port N] [--data DIR] [--restore-root DIR]   a development server',
      '  copyhold resource add directory PATH --region R   what can be backed up; list, remove',
      '  copyhold vault sweep VAULT --region R   delete what no recovery point needs',
      '',
      'On start-backup-job, start-copy-job and start-restore-job, --wait follows the job',
      '(progress on standard error) and ends with 0 when it COMPLETED, 3 when PARTIAL,',
      '4 when it failed, 5 after --wait-timeout SECONDS. Ctrl-C leaves the job running.',
    ]) +
    section('SYNOPSIS', ['copyhold [options] backup <operation> [parameters]']) +
    section('GLOBAL OPTIONS', globalLines()) +
    section('AVAILABLE SERVICES', ['backup', 'help']) +
    section('SEE ALSO', ['copyhold backup help', 'copyhold help'])
  )
}

function servicePage(): string {
  return (
    section('NAME', ['backup']) +
    section('DESCRIPTION', [
      'AWS Backup: vaults, recovery points, and jobs that make, copy',
      'and restore them.',
    ]) +
    section('AVAILABLE COMMANDS', [...operationNames(), 'help'])
  )
}

function operationPage(command: string): string {
  const operation = client.operationsByCommand().get(command) as client.ModelOperation
  const required = new Set(client.inputShape(operation).required ?? [])
  const options = operationOptions(operation, [])
  const members = new Map(memberOptions(operation).map((member) => [member.member, member]))
  const lines = options.map((option) => {
    const member = members.get(option.key)
    const type = member ? client.shapeOf(member.spec.shape).type : 'string'
    const need = required.has(option.key) ? ' [required]' : ''
    return `${option.name}${option.takes === 'flag' ? '' : ` (${type})`}${need}`
  })
  const output = client.membersOf(client.outputShape(operation)).map(([name, member]) => {
    return `${name} -> (${client.shapeOf(member.shape).type})`
  })
  const synopsis = options.map(({ name, takes, key }) => {
    const text = takes === 'flag' ? name : `${name} <value>`
    return required.has(key) ? text : `[${text}]`
  })
  const { method, requestUri } = operation.http
  return (
    section('NAME', [command]) +
    section('DESCRIPTION', [
      `The operation ${operation.name} of AWS Backup: ${method} ${requestUri}`,
    ]) +
    section('SYNOPSIS', [command, ...synopsis]) +
    section('OPTIONS', lines) +
    section('GLOBAL OPTIONS', globalLines()) +
    section('OUTPUT', output.length === 0 ? ['None'] : output)
  )
}
