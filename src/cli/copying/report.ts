// What became of many copies, for people and for programs, and as one exit code.

import { EXIT } from '../aws/failure.ts'
import { formatJson } from '../aws/output-json.ts'
import { momentOf, textOf } from '../commands/service.ts'
import { formatBytes } from '../jobs/amounts.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { line } from '../jobs/messages.ts'
import { formatMoment } from '../preflight/deletion.ts'
import type { Outcome } from './copying.ts'
import type { Intent } from './selection.ts'

const ORDER = ['copied', 'partial', 'already-there', 'going-on', 'failed', 'refused'] as const
const WORDS: Readonly<Record<Outcome['became'], string>> = {
  copied: 'copied',
  partial: 'copied in part',
  'already-there': 'already there',
  'going-on': 'going on',
  failed: 'failed',
  refused: 'refused',
}

/** 0 when all is there, 3 when some is, 4 when none is, 130 when the user left jobs running. */
export function exitOf(outcomes: readonly Outcome[], interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted
  const isGood = ({ became }: Outcome) => became === 'copied' || became === 'already-there'
  const good = outcomes.filter(isGood).length
  if (good === outcomes.length) return WAIT_EXIT.completed
  const some = outcomes.some(({ became }) => became === 'partial')
  return good > 0 || some ? WAIT_EXIT.partial : WAIT_EXIT.failed
}

/** The summary as text. */
export function reportText(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return 'No recovery point is meant by that.\n'
  const lines = ORDER.flatMap((became) =>
    outcomes.filter((outcome) => outcome.became === became).flatMap(outcomeLines),
  )
  return `${[...lines, '', countsInWords(outcomes)].join('\n')}\n`
}

/** The summary for a program. */
export function reportJson(outcomes: readonly Outcome[]): string {
  const of = (...kinds: Outcome['became'][]) =>
    outcomes.filter(({ became }) => kinds.includes(became)).map(outcomeMembers)
  return formatJson({
    Copied: of('copied'),
    CopiedInPart: of('partial'),
    AlreadyThere: of('already-there'),
    GoingOn: of('going-on'),
    Failed: of('failed'),
    Refused: of('refused'),
  })
}

/** The summary as the last message of a run. */
export function reportMessage(outcomes: readonly Outcome[], exitCode: number): string {
  const count = (became: Outcome['became']) =>
    outcomes.filter((outcome) => outcome.became === became).length
  const counts = ORDER.map((became) => [became.replaceAll('-', '_'), count(became)])
  return line({
    message_type: 'summary',
    ...Object.fromEntries(counts),
    exit_code: exitCode,
  })
}

/** What a dry run says. */
export function dryRunText(intents: readonly Intent[]): string {
  if (intents.length === 0) return 'No recovery point is meant by that.\n'
  return intents
    .map((intent) => {
      const why = intent.do === 'refuse' ? `: ${intent.reason}` : ''
      return `${PLANNED[intent.do].padEnd(WIDTH)} ${nameOf(intent)}${why}\n`
    })
    .join('')
}

/** What a dry run says to a program. */
export function dryRunJson(intents: readonly Intent[]): string {
  return formatJson({
    DryRun: true,
    Points: intents.map((intent) => ({
      ...pointMembers(intent),
      Would: intent.do,
      ...(intent.do === 'refuse' ? { Reason: intent.reason } : {}),
      ...(intent.do === 'copy' ? { IamRoleArn: intent.roleArn } : {}),
      ...(intent.do === 'follow' ? { CopyJobId: intent.jobId } : {}),
    })),
  })
}

const PLANNED: Readonly<Record<Intent['do'], string>> = {
  copy: 'would copy',
  follow: 'under way',
  leave: 'already there',
  refuse: 'cannot copy',
}
const WIDTH = 14

function outcomeLines(outcome: Outcome): string[] {
  const { became, intent, copyArn, reason, article } = outcome
  const to = copyArn === undefined ? '' : ` -> ${copyArn}`
  const why = reason === undefined ? '' : `: ${reason}`
  const help = article === undefined ? [] : [`${' '.repeat(WIDTH)} copyhold explain ${article}`]
  return [`${WORDS[became].padEnd(WIDTH)} ${nameOf(intent)}${to}${why}`, ...help]
}

function nameOf({ point, arn }: Intent): string {
  const created = momentOf(point, 'CreationDate')
  const size = point.BackupSizeInBytes
  const parts = [
    textOf(point, 'ResourceType'),
    textOf(point, 'ResourceName'),
    created === undefined ? '' : `of ${formatMoment(created)}`,
    typeof size === 'number' ? `(${formatBytes(size)})` : '',
    arn,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function countsInWords(outcomes: readonly Outcome[]): string {
  const parts = ORDER.map((became) => {
    const count = outcomes.filter((outcome) => outcome.became === became).length
    return count === 0 && !['copied', 'already-there', 'refused'].includes(became)
      ? ''
      : `${count} ${WORDS[became]}`
  })
  return parts.filter((part) => part !== '').join(', ')
}

function outcomeMembers({ intent, jobId, copyArn, reason, article }: Outcome) {
  return {
    ...pointMembers(intent),
    ...(jobId === undefined ? {} : { CopyJobId: jobId }),
    ...(copyArn === undefined ? {} : { DestinationRecoveryPointArn: copyArn }),
    ...(reason === undefined ? {} : { Reason: reason }),
    ...(article === undefined ? {} : { Article: article }),
  }
}

function pointMembers({ point, arn }: Intent) {
  const resource = textOf(point, 'ResourceArn')
  return { RecoveryPointArn: arn, ...(resource === '' ? {} : { ResourceArn: resource }) }
}
