// `copyhold vault compare A B`: which recovery points and bytes of vault A vault B lacks, across
// the Regions of an account.

import { formatVaultArn, parseVaultArn } from '../../model/index.ts'
import { encodeLabel } from '../../wire/index.ts'
import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { formatBytes } from '../jobs/amounts.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { UsageMistake } from './run.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

export interface CompareOptions extends ServerOptions {
  /** Names or ARNs. */
  readonly vault: string
  readonly other: string
  readonly output: 'text' | 'json'
}

interface Amounts {
  readonly PacksMissing: number
  readonly BytesMissing: number
  readonly PacksDamaged: number
  readonly BytesDamaged: number
}

interface Comparison extends Amounts {
  readonly BackupVaultArn: string
  readonly OtherBackupVaultArn: string
  readonly RecoveryPoints: number
  readonly RecoveryPointsMissing: number
  readonly MissingRecoveryPoints: readonly (Amounts & {
    readonly RecoveryPointArn: string
    readonly CreationDate: number
  })[]
}

/** Compares two vaults. Answers 0 when the second lacks nothing of the first, else 3. */
export async function compareVaults(options: CompareOptions, host: Host): Promise<number> {
  const place = placeOf(options)
  const settings = serverSettings(place, host)
  const path = `/vaults/${encodeLabel(place.name)}/compare`
  const query = [['with', options.other] as const]
  const found = (await askExtension(settings, { method: 'GET', path, query })) as Comparison
  host.terminal.out(options.output === 'json' ? formatJson(found) : textOf(found))
  const lacks = found.RecoveryPointsMissing + found.PacksMissing + found.PacksDamaged
  return lacks === 0 ? WAIT_EXIT.completed : WAIT_EXIT.partial
}

/** The first vault's ARN says where it is; a name is of the Region and account asked for. */
function placeOf(options: CompareOptions): ServerOptions & { readonly name: string } {
  const { vault } = options
  if (!vault.startsWith('arn:')) return { ...options, name: vault }
  const arn = parseVaultArn(vault)
  if (!arn)
    throw new UsageMistake(
      `${vault} is not the ARN of a backup vault: use a name, or arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME.`,
    )
  const { region, account, name } = arn
  if (options.account !== undefined && options.account !== account) {
    throw new UsageMistake(`${formatVaultArn(arn)} is not of the account ${options.account}.`)
  }
  return { ...options, region, account, name }
}

function textOf(found: Comparison): string {
  const { RecoveryPoints: all, RecoveryPointsMissing: without } = found
  const lines = [
    `${found.OtherBackupVaultArn} lacks, of ${found.BackupVaultArn}:`,
    `  ${without} of ${all} recovery points`,
    `  ${found.PacksMissing} packs, ${formatBytes(found.BytesMissing)}`,
  ]
  if (found.PacksDamaged > 0) {
    lines.push(`  ${found.PacksDamaged} packs it has damaged, ${formatBytes(found.BytesDamaged)}`)
  }
  for (const point of found.MissingRecoveryPoints) {
    const date = new Date(point.CreationDate * 1000).toISOString()
    const bytes = formatBytes(point.BytesMissing + point.BytesDamaged)
    lines.push(`${point.RecoveryPointArn}`, `  of ${date}, ${bytes} to copy`)
  }
  const untold = without - found.MissingRecoveryPoints.length
  if (untold > 0) lines.push(`and ${untold} older ones`)
  return `${lines.join('\n')}\n`
}
