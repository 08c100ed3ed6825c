// `copyhold copy`: many recovery points from one vault to another, by nothing but the API.
// Repeating it is harmless: each copy has a token of its own that is the same every time.

import { isRoleArn, parseVaultArn } from '../../model/index.ts'
import { parseMoment } from '../../wire/index.ts'
import { carryOut } from '../copying/copying.ts'
import {
  dryRunJson,
  dryRunText,
  exitOf,
  reportJson,
  reportMessage,
  reportText,
} from '../copying/report.ts'
import { planCopies, type Selection } from '../copying/selection.ts'
import type { Host } from '../host.ts'
import { openBoard } from '../jobs/board.ts'
import type { ProgressStyle } from '../jobs/kinds.ts'
import { lifecycleOption } from './lifecycle-option.ts'
import { UsageMistake } from './run.ts'
import { openService, type ServiceOptions } from './service.ts'

export interface CopyOptions extends ServiceOptions, Selection {
  readonly iamRoleArn?: string
  readonly lifecycle?: string
  readonly dryRun: boolean
  readonly concurrency: number
  readonly progress?: ProgressStyle
  readonly output: 'text' | 'json'
}

/** Copies. Answers 0, 3, 4 or 130. Throws UsageMistake and what a call throws. */
export async function copyMany(options: CopyOptions, host: Host): Promise<number> {
  checkOptions(options)
  const service = openService(options, host)
  const lifecycle = lifecycleOption(options.lifecycle, host)
  const terms = {
    ...(options.iamRoleArn === undefined ? {} : { roleArn: options.iamRoleArn }),
    ...(lifecycle ? { lifecycle } : {}),
  }
  const { terminal } = host
  const plan = await planCopies(service, options, terms)
  const asJson = options.output === 'json'
  if (options.dryRun) {
    terminal.out(asJson ? dryRunJson(plan.intents) : dryRunText(plan.intents))
    return 0
  }
  const stop = new AbortController()
  const release = host.surroundings.onInterrupt(() => stop.abort())
  const board = openBoard(
    { write: terminal.err, isTerminal: terminal.errIsTerminal, columns: terminal.columns },
    options.progress,
  )
  try {
    const { concurrency } = options
    const work = { plan, selection: options, terms, concurrency, board, signal: stop.signal }
    const outcomes = await carryOut(service, work, host)
    board.end()
    const code = exitOf(outcomes, stop.signal.aborted)
    if (options.progress === 'json') terminal.err(reportMessage(outcomes, code))
    terminal.out(asJson ? reportJson(outcomes) : reportText(outcomes))
    if (outcomes.some(({ became }) => became === 'going-on')) {
      terminal.err('Not waiting any longer; the copies that were started go on.\n')
    }
    return code
  } finally {
    board.end()
    release()
  }
}

function checkOptions({ from, to, iamRoleArn, createdAfter }: CopyOptions): void {
  if (from.startsWith('arn:')) {
    throw new UsageMistake('--from takes the name of a vault, not its ARN; the Region is --region.')
  }
  if (!parseVaultArn(to))
    throw new UsageMistake(
      `--to ${to} is not the ARN of a backup vault: use arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME.`,
    )
  if (iamRoleArn !== undefined && !isRoleArn(iamRoleArn)) {
    throw new UsageMistake(
      `--iam-role-arn ${iamRoleArn} is not the ARN of a role: use arn:aws:iam::ACCOUNT:role/NAME.`,
    )
  }
  if (createdAfter !== undefined && parseMoment(createdAfter) === undefined) {
    throw new UsageMistake(
      `--created-after ${createdAfter} is not a date: use one such as 2026-11-20.`,
    )
  }
}
