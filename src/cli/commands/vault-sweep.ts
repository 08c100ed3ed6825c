// `copyhold vault sweep VAULT`: asks the server to delete what no recovery point needs, and
// follows the job.

import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { formatBytes } from '../jobs/amounts.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'
import { followVaultJob } from './vault-job.ts'

/** Sweeps a vault. Answers 0, 4 when the job failed, 130 when the user stopped waiting. */
export async function sweepVault(
  options: ServerOptions & { vault: string },
  host: Host,
): Promise<number> {
  const { terminal } = host
  const { vault } = options
  const settings = serverSettings(options, host)
  const ended = await followVaultJob({ settings, vault, what: 'sweep' }, host)
  if (!ended) return EXIT.interrupted
  const { state, message, counts } = ended.snapshot
  if (state !== 'COMPLETED') {
    terminal.err(`The sweep ended as ${state}${message === '' ? '' : `: ${message}`}\n`)
    return WAIT_EXIT.failed
  }
  const freed = formatBytes(counts?.bytesFreed ?? 0)
  terminal.out(`${counts?.packsFreed ?? 0} packs deleted, ${freed} freed\n`)
  const compacted = counts?.packsCompacted ?? 0
  if (compacted > 0) {
    const was = formatBytes(counts?.bytesCompacted ?? 0)
    terminal.out(`${compacted} sparse packs of ${was} brought together in new ones\n`)
  }
  return WAIT_EXIT.completed
}
