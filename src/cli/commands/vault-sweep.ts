// `copyhold vault sweep VAULT`: asks the server to delete what no recovery point needs, and
// follows the job.

import { encodeLabel } from '../../wire/index.ts'
import { EXIT } from '../aws/failure.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { formatBytes } from '../jobs/amounts.ts'
import { openDisplay } from '../jobs/display.ts'
import { followJob } from '../jobs/follow.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { type JobSnapshot, readCounts } from '../jobs/snapshot.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

/** Sweeps a vault. Answers 0, 4 when the job failed, 130 when the user stopped waiting. */
export async function sweepVault(
  options: ServerOptions & { vault: string },
  host: Host,
): Promise<number> {
  const settings = serverSettings(options, host)
  const path = `/vaults/${encodeLabel(options.vault)}/sweep`
  const { JobId } = (await askExtension(settings, { method: 'POST', path })) as { JobId: string }
  const look = async (): Promise<JobSnapshot> => {
    const job = (await askExtension(settings, {
      method: 'GET',
      path: `/jobs/${encodeLabel(JobId)}`,
    })) as { State: string; StatusMessage?: string }
    const counts = readCounts(job)
    return {
      state: job.State,
      message: job.StatusMessage ?? '',
      described: {},
      ...(counts ? { counts } : {}),
    }
  }
  const stop = new AbortController()
  const release = host.surroundings.onInterrupt(() => stop.abort())
  try {
    const display = await openDisplay('sweep', host)
    const followed = await followJob({ look, display, clock: host.clock, signal: stop.signal })
    if (followed.end !== 'ended') {
      host.terminal.err(`\nNot waiting any longer; the sweep ${JobId} goes on.\n`)
      return EXIT.interrupted
    }
    return report(host, followed.snapshot)
  } finally {
    release()
  }
}

function report({ terminal }: Host, snapshot: JobSnapshot): number {
  const { state, message, counts } = snapshot
  if (state !== 'COMPLETED') {
    terminal.err(`The sweep ended as ${state}${message === '' ? '' : `: ${message}`}\n`)
    return WAIT_EXIT.failed
  }
  const freed = formatBytes(counts?.bytesFreed ?? 0)
  terminal.out(`${counts?.packsFreed ?? 0} packs deleted, ${freed} freed\n`)
  return WAIT_EXIT.completed
}
