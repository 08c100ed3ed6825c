// `--wait` on the operations that start a job: AWS's answer has been printed; here the job is
// followed on standard error until it ends, and its end becomes the exit code.

import type * as client from '../../wire/index.ts'
import type { Host } from '../host.ts'
import type { ProgressStyle } from '../jobs/kinds.ts'
import { awaitJob } from '../jobs/waiting.ts'
import { EXIT } from './failure.ts'
import { WAITABLE } from './options.ts'

/** Follows the job that `started` names. Answers the exit code. */
export async function waitForJob(
  host: Host,
  settings: client.ClientSettings,
  job: {
    operation: string
    started: client.Output
    timeoutMs?: number
    progress?: ProgressStyle
  },
): Promise<number> {
  const waitable = WAITABLE[job.operation]
  const id = String(job.started[waitable?.id ?? ''] ?? '')
  if (!waitable || id === '') return EXIT.success
  const { timeoutMs, progress } = job
  return await awaitJob(host, settings, {
    kind: waitable.kind,
    id,
    messagesTo: 'err',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(progress === undefined ? {} : { progress }),
  })
}
