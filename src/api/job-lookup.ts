// Jobs by the ids that clients hold: accepted in any case, found only by the account that owns
// them, in their Region.

import type { Caller } from '../access/index.ts'
import type { JobRow, ReadTx } from '../catalog/index.ts'
import { jobs } from '../catalog/index.ts'
import { Answer, BadId, type JobId, parseJobId } from '../model/index.ts'

/** The caller's job of that kind and id. Throws the Answer JobNotFound. */
export async function mustFindJob(
  tx: ReadTx,
  caller: Caller,
  wanted: { readonly kind: 'backup' | 'copy' | 'restore'; readonly id: string },
): Promise<JobRow> {
  const job = await findJob(tx, caller, wanted.id)
  if (job?.kind !== wanted.kind) {
    throw new Answer({ code: 'JobNotFound', kind: wanted.kind, jobId: wanted.id })
  }
  return job
}

/** The caller's job of that id, whatever its kind. */
export async function findJob(
  tx: ReadTx,
  caller: Caller,
  text: string,
): Promise<JobRow | undefined> {
  const id = jobIdOf(text)
  const job = id && (await jobs.byId(tx, id))
  return job && job.account === caller.account && job.region === caller.region ? job : undefined
}

function jobIdOf(text: string): JobId | undefined {
  try {
    return parseJobId(text.toUpperCase())
  } catch (error) {
    if (error instanceof BadId) return undefined
    throw error
  }
}
