// `copyhold wait copy-job-completed --copy-job-id ID` and its like: waits for a job that somebody
// else may have started.

import type { Host } from '../host.ts'
import type { FollowedKind, ProgressStyle } from '../jobs/kinds.ts'
import { awaitJob } from '../jobs/waiting.ts'
import { openService, type ServiceOptions } from './service.ts'

/** What the waiting commands take. */
export interface WaitOptions extends ServiceOptions {
  readonly waitTimeout?: number
  readonly progress?: ProgressStyle
}

/** Waits for a job. Answers 0, 3, 4, 5 or 130. */
export async function waitForKind(
  job: { readonly kind: FollowedKind; readonly id: string },
  options: WaitOptions,
  host: Host,
): Promise<number> {
  const service = openService(options, host)
  const { waitTimeout, progress } = options
  return await awaitJob(host, service.at(service.region), {
    ...job,
    messagesTo: 'out',
    ...(waitTimeout === undefined ? {} : { timeoutMs: waitTimeout * 1000 }),
    ...(progress === undefined ? {} : { progress }),
  })
}
