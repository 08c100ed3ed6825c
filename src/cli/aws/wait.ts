// `--wait` on the operations that start a job: AWS's answer has been printed; here the job is
// followed on standard error until it ends, and its end becomes the exit code.

import type * as client from '../../wire/index.ts'
import type { Host } from '../host.ts'
import { openDisplay } from '../jobs/display.ts'
import { followJob } from '../jobs/follow.ts'
import { type FollowedKind, lookAtJob } from '../jobs/snapshot.ts'
import { EXIT } from './failure.ts'
import { WAITABLE } from './options.ts'

/** How a job that was waited for ended. */
export const WAIT_EXIT = { completed: 0, partial: 3, failed: 4, timedOut: 5 } as const

/** Follows the job that `started` names. Answers the exit code. */
export async function waitForJob(
  host: Host,
  settings: client.ClientSettings,
  job: { operation: string; started: client.Output; timeoutMs?: number },
): Promise<number> {
  const { terminal, clock } = host
  const waitable = WAITABLE[job.operation]
  const id = String(job.started[waitable?.id ?? ''] ?? '')
  if (!waitable || id === '') return EXIT.success
  const kind = waitable.kind as FollowedKind
  const stop = new AbortController()
  const release = host.surroundings.onInterrupt(() => stop.abort())
  try {
    const followed = await followJob({
      look: () => lookAtJob(settings, kind, id),
      display: await openDisplay(kind, host),
      clock,
      signal: stop.signal,
      ...(job.timeoutMs === undefined ? {} : { timeoutMs: job.timeoutMs }),
    })
    if (followed.end === 'ended') return reportEnd(host, { kind, id }, followed.snapshot)
    if (followed.end === 'interrupted') {
      terminal.err(`\nNot waiting any longer; the ${kind} job ${id} goes on.\n`)
      return EXIT.interrupted
    }
    const state = followed.snapshot?.state ?? 'unknown'
    terminal.err(`The ${kind} job ${id} is still ${state} and goes on.\n`)
    return WAIT_EXIT.timedOut
  } finally {
    release()
  }
}

function reportEnd(
  { terminal }: Host,
  { kind, id }: { kind: string; id: string },
  snapshot: { state: string; message: string },
): number {
  if (snapshot.state === 'COMPLETED') return WAIT_EXIT.completed
  const why = snapshot.message === '' ? '' : `: ${snapshot.message}`
  terminal.err(`The ${kind} job ${id} ended as ${snapshot.state}${why}\n`)
  return snapshot.state === 'PARTIAL' ? WAIT_EXIT.partial : WAIT_EXIT.failed
}
