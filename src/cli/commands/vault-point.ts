// `copyhold vault point VAULT ARN`: when a recovery point is deleted, why then, and whether a lock
// keeps it until then.

import { encodeLabel } from '../../wire/index.ts'
import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { formatMoment } from '../preflight/deletion.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

export interface VaultPointOptions extends ServerOptions {
  readonly vault: string
  readonly arn: string
  readonly output: 'text' | 'json'
}

interface Shown {
  readonly RecoveryPointArn: string
  readonly Status: string
  readonly StorageClass: string
  readonly DeletionDate?: number
  readonly DeletionExplained: string
  readonly Locked: boolean
}

/** Prints the recovery point's end. Answers 0. */
export async function vaultPoint(options: VaultPointOptions, host: Host): Promise<number> {
  const { vault, arn, output } = options
  const path = `/vaults/${encodeLabel(vault)}/points/${encodeLabel(arn)}`
  const settings = serverSettings(options, host)
  const answer = (await askExtension(settings, { method: 'GET', path })) as Shown
  host.terminal.out(output === 'json' ? formatJson(answer) : inWords(answer))
  return 0
}

function inWords(point: Shown): string {
  const { DeletionDate: at, DeletionExplained, Locked } = point
  const end = at === undefined ? 'never by itself' : `on ${formatMoment(at * 1000)}`
  const lines = [
    `${point.RecoveryPointArn}: ${point.Status}, ${point.StorageClass}`,
    `Deleted ${end}. ${DeletionExplained}`,
    ...(Locked ? ['The lock of its vault keeps anybody from deleting or changing it before.'] : []),
  ]
  return `${lines.join('\n')}\n`
}
