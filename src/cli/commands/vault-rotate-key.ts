// `copyhold vault rotate-key VAULT`: has the server give a vault its next key.

import { encodeLabel } from '../../wire/index.ts'
import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

export interface RotateKeyOptions extends ServerOptions {
  readonly vault: string
  readonly keyArn?: string
  readonly output: 'text' | 'json'
}

interface Rotated {
  readonly BackupVaultArn: string
  readonly KeyVersion: number
  readonly EncryptionKeyArn: string
}

/** Rotates a vault's key. Answers 0; a refusal is told like that of any request. */
export async function rotateKey(options: RotateKeyOptions, host: Host): Promise<number> {
  const { vault, keyArn } = options
  const settings = serverSettings(options, host)
  const path = `/vaults/${encodeLabel(vault)}/rotate-key`
  const body = keyArn === undefined ? {} : { keyArn }
  const now = (await askExtension(settings, { method: 'POST', path, body })) as Rotated
  host.terminal.out(options.output === 'json' ? formatJson(now) : textOf(vault, now))
  return WAIT_EXIT.completed
}

function textOf(vault: string, { KeyVersion, EncryptionKeyArn }: Rotated): string {
  return `The key of ${vault} has version ${KeyVersion} now, under ${EncryptionKeyArn}\n`
}
