// `copyhold vault settings VAULT`: shows and sets what a vault's owner sets of it beyond AWS.

import { encodeLabel } from '../../wire/index.ts'
import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

/** The word for what holds where nothing is set. */
const DEFAULT = 'default'

export interface VaultSettingsOptions extends ServerOptions {
  readonly vault: string
  readonly copyMode?: 'verbatim' | 'reencrypt' | typeof DEFAULT
}

/** Sets what is named and prints what holds then. Answers 0. */
export async function vaultSettings(options: VaultSettingsOptions, host: Host): Promise<number> {
  const { vault, copyMode } = options
  const settings = serverSettings(options, host)
  const path = `/vaults/${encodeLabel(vault)}/settings`
  const body = { copyMode: copyMode === DEFAULT ? null : copyMode }
  const answer = await askExtension(
    settings,
    copyMode === undefined ? { method: 'GET', path } : { method: 'PUT', path, body },
  )
  host.terminal.out(formatJson(answer))
  return WAIT_EXIT.completed
}
