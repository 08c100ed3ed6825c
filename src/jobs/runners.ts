// Which function runs which kind of job.

import type { Runner } from '../engine/index.ts'
import type { JobKind } from '../model/index.ts'
import { runBackup } from './backup.ts'
import type { JobContext } from './context.ts'
import { runCopy } from './copy.ts'
import { runDelete } from './delete-point.ts'
import { runPurge } from './purge.ts'
import { runRestore } from './restore.ts'
import { runSweep } from './sweep.ts'

/** One runner for each kind of job, all working on `context`. */
export function jobRunners(context: JobContext): Record<JobKind, Runner> {
  return {
    backup: (claim, { signal }) => runBackup(context, claim, signal),
    copy: (claim, { signal }) => runCopy(context, claim, signal),
    restore: (claim, { signal }) => runRestore(context, claim, signal),
    delete: (claim) => runDelete(context, claim),
    purge: (claim, { signal }) => runPurge(context, claim, signal),
    sweep: (claim, { signal }) => runSweep(context, claim, signal),
  }
}
