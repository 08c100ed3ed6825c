// `copyhold vault verify VAULT`: has the server read a vault through, follows it, and says what is
// damaged, what was made whole again, and which recovery points it concerns.

import { type ClientSettings, encodeLabel } from '../../wire/index.ts'
import { EXIT } from '../aws/failure.ts'
import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { formatBytes } from '../jobs/amounts.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { UsageMistake } from './run.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'
import { type EndedVaultJob, followVaultJob } from './vault-job.ts'

export interface VerifyOptions extends ServerOptions {
  readonly vault: string
  readonly sample?: string
  readonly output: 'text' | 'json'
}

/**
 * Verifies a vault. Answers 0 when all is whole, 3 when damage was found (also when all of it was
 * repaired), 4 when the verification itself failed, 130 when the user stopped waiting.
 */
export async function verifyVault(options: VerifyOptions, host: Host): Promise<number> {
  const { vault, sample } = options
  const samplePercent = sample === undefined ? undefined : readPercent(sample)
  const settings = serverSettings(options, host)
  const body = samplePercent === undefined ? {} : { samplePercent }
  const ended = await followVaultJob({ settings, vault, what: 'verify', body }, host)
  if (!ended) return EXIT.interrupted
  const { state, message } = ended.snapshot
  const isDone = state === 'COMPLETED' || state === 'PARTIAL'
  const result = resultOf(ended, isDone ? await damagedPoints(settings, vault) : [])
  if (options.output === 'json') host.terminal.out(formatJson(result))
  else if (isDone) host.terminal.out(textOf(vault, result))
  if (!isDone) {
    host.terminal.err(`The verification ended as ${state}${message && `: ${message}`}\n`)
    return WAIT_EXIT.failed
  }
  return isFound(result) ? WAIT_EXIT.partial : WAIT_EXIT.completed
}

interface DamagedPoint {
  readonly RecoveryPointArn: string
  readonly ResourceArn: string
  readonly Reason: string
}

interface VerifyResult {
  readonly JobId: string
  readonly State: string
  readonly StatusMessage?: string
  readonly PacksChecked: number
  readonly BytesChecked: number
  readonly PacksDamaged: number
  readonly PacksRepaired: number
  readonly RecoveryPointsChecked: number
  readonly RecoveryPointsDamaged: number
  readonly DamagedRecoveryPoints: readonly DamagedPoint[]
}

function readPercent(text: string): number {
  const percent = Number(text.replace(/%$/, ''))
  if (percent > 0 && percent <= 100) return percent
  throw new UsageMistake(
    `--sample ${text} is not a sample: use a percentage above 0 and up to 100.`,
  )
}

function resultOf({ id, snapshot }: EndedVaultJob, damaged: DamagedPoint[]): VerifyResult {
  const { state, message, counts = {} } = snapshot
  return {
    JobId: id,
    State: state,
    ...(message === '' ? {} : { StatusMessage: message }),
    PacksChecked: counts.packsChecked ?? 0,
    BytesChecked: counts.bytesRead ?? 0,
    PacksDamaged: counts.packsDamaged ?? 0,
    PacksRepaired: counts.packsRepaired ?? 0,
    RecoveryPointsChecked: counts.pointsChecked ?? 0,
    RecoveryPointsDamaged: counts.pointsDamaged ?? 0,
    DamagedRecoveryPoints: damaged,
  }
}

const isFound = (result: VerifyResult): boolean =>
  result.PacksDamaged > 0 || result.PacksRepaired > 0 || result.RecoveryPointsDamaged > 0

/** The recovery points whose last verification found them damaged. */
async function damagedPoints(settings: ClientSettings, vault: string): Promise<DamagedPoint[]> {
  const damaged: DamagedPoint[] = []
  let token: string | undefined
  do {
    const query = token === undefined ? [] : [['nextToken', token] as const]
    const path = `/vaults/${encodeLabel(vault)}/points`
    const answer = (await askExtension(settings, { method: 'GET', path, query })) as {
      RecoveryPoints: { Verification?: { Result: string; Reason?: string } }[]
      NextToken?: string
    }
    for (const { Verification, ...point } of answer.RecoveryPoints) {
      if (Verification?.Result !== 'DAMAGED') continue
      const { RecoveryPointArn, ResourceArn } = point as unknown as DamagedPoint
      damaged.push({ RecoveryPointArn, ResourceArn, Reason: Verification.Reason ?? '' })
    }
    token = answer.NextToken
  } while (token)
  return damaged
}

function textOf(vault: string, result: VerifyResult): string {
  const read = `${counted(result.PacksChecked, 'pack')} read, ${formatBytes(result.BytesChecked)}`
  const opened = `${counted(result.RecoveryPointsChecked, 'recovery point')} opened`
  const lines = [`${vault}: ${read}; ${opened}`]
  const { PacksRepaired, PacksDamaged, RecoveryPointsDamaged } = result
  if (PacksRepaired > 0) lines.push(`${counted(PacksRepaired, 'damaged pack')} made whole again`)
  if (PacksDamaged > 0) {
    lines.push(`${counted(PacksDamaged, 'damaged pack')} that no other vault can give`)
  }
  if (RecoveryPointsDamaged > 0) {
    lines.push(`${counted(RecoveryPointsDamaged, 'recovery point')} cannot be restored whole:`)
  }
  for (const { RecoveryPointArn, Reason } of result.DamagedRecoveryPoints) {
    lines.push(`  ${RecoveryPointArn}`, `    ${Reason}`)
  }
  if (!isFound(result)) lines.push('Nothing is damaged')
  return `${lines.join('\n')}\n`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
