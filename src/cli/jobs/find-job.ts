// Which kind of job an id names: AWS does not say, so each kind is asked, copies first.

import * as client from '../../wire/index.ts'
import type { FollowedKind } from './kinds.ts'
import { type JobSnapshot, lookAtJob } from './snapshot.ts'

/** A job that was found. */
export interface FoundJob {
  readonly kind: FollowedKind
  readonly id: string
  readonly snapshot: JobSnapshot
}

const KINDS: readonly FollowedKind[] = ['copy', 'backup', 'restore']

/** No kind of job has this id, as far as the caller may see. */
export class NoSuchJob extends Error {
  override readonly name = 'NoSuchJob'
}

/** The job of that id. Throws NoSuchJob, and what a call throws for another reason. */
export async function findJob(settings: client.ClientSettings, id: string): Promise<FoundJob> {
  for (const kind of KINDS) {
    try {
      return { kind, id, snapshot: await lookAtJob(settings, kind, id) }
    } catch (error) {
      if (!(error instanceof client.ServiceError && isUnknown(error.spelled.code))) throw error
    }
  }
  throw new NoSuchJob(
    `No copy, backup or restore job has the id ${id} in ${settings.region}. AWS forgets a job ` +
      'thirty days after its end, and shows it only in the Region and account that started it.',
  )
}

// An id of the wrong form is refused by AWS as a parameter.
const isUnknown = (code: string) =>
  code === 'ResourceNotFoundException' || code === 'InvalidParameterValueException'
