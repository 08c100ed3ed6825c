// Jobs on whole vaults, which AWS does not know: asks the server for one and follows it.

import { type ClientSettings, encodeLabel } from '../../wire/index.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { openDisplay } from '../jobs/display.ts'
import { followJob } from '../jobs/follow.ts'
import { type JobSnapshot, readCounts } from '../jobs/snapshot.ts'

/** A job to ask for. */
export interface VaultJob {
  readonly settings: ClientSettings
  readonly vault: string
  /** What to do, as the server's route and the display call it. */
  readonly what: 'sweep' | 'verify'
  readonly body?: unknown
}

/** A job that has ended. */
export interface EndedVaultJob {
  readonly id: string
  readonly snapshot: JobSnapshot
}

/** Has the job done; undefined when the user did not want to wait for its end. */
export async function followVaultJob(
  job: VaultJob,
  host: Host,
): Promise<EndedVaultJob | undefined> {
  const { settings, vault, what, body } = job
  const path = `/vaults/${encodeLabel(vault)}/${what}`
  const asked = await askExtension(settings, { method: 'POST', path, body })
  const { JobId: id } = asked as { JobId: string }
  const look = () => lookAt(settings, id)
  const stop = new AbortController()
  const release = host.surroundings.onInterrupt(() => stop.abort())
  try {
    const display = await openDisplay(what, host)
    const followed = await followJob({ look, display, clock: host.clock, signal: stop.signal })
    if (followed.end === 'ended') return { id, snapshot: followed.snapshot }
    host.terminal.err(`\nNot waiting any longer; the job ${id} goes on.\n`)
    return undefined
  } finally {
    release()
  }
}

async function lookAt(settings: ClientSettings, id: string): Promise<JobSnapshot> {
  const path = `/jobs/${encodeLabel(id)}`
  const job = (await askExtension(settings, { method: 'GET', path })) as {
    State: string
    StatusMessage?: string
  }
  const counts = readCounts(job)
  return {
    state: job.State,
    message: job.StatusMessage ?? '',
    described: {},
    ...(counts ? { counts } : {}),
  }
}
