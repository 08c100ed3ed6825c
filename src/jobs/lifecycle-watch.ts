// The watch over lifecycles: finds the recovery points to which something is to happen by now, and
// makes the jobs that do it. Looks every second and when it is woken, which costs one question to
// an index; what it has found it looks at again later, in case the job was lost to a fault.

import { jobs, points } from '../catalog/index.ts'
import { calculatedLifecycle, nextLifecycleStep } from '../model/index.ts'
import type { JobContext } from './context.ts'
import { jobOnPoint } from './own-job.ts'
import { Rounds } from './rounds.ts'

type WatchContext = Pick<JobContext, 'catalog' | 'clock' | 'hasColdStore' | 'log' | 'random'>

const POLL_MS = 1_000
/** Points of one transaction. */
const POINTS_AT_ONCE = 100
/** A point in a job's hands is looked at again after so long. */
const LOOK_AGAIN_MS = 60 * 60 * 1000

/** Jobs that move or remove a point: one at a time. */
const OF_LIFECYCLE = ['cool', 'expire', 'delete'] as const

/** The one that watches in this process. */
export class LifecycleWatch extends Rounds {
  readonly #context: WatchContext
  readonly #onFound: () => void

  /** `onFound` is called when there are jobs to do. */
  constructor(context: WatchContext, onFound: () => void) {
    super(context.clock)
    this.#context = context
    this.#onFound = onFound
  }

  protected override async round(): Promise<number> {
    try {
      if ((await queueDue(this.#context)) > 0) this.#onFound()
    } catch (error) {
      this.#context.log.error({ error }, 'lifecycles cannot be looked at; the next look comes soon')
    }
    return POLL_MS
  }
}

/** Makes the jobs of all points that are due; answers how many it made. */
export async function queueDue(context: WatchContext): Promise<number> {
  const { catalog, clock } = context
  // Nearly always there is nothing, and nobody needs to wait for a write that changes nothing.
  const first = { now: clock.now(), limit: 1 }
  if ((await catalog.read((tx) => points.dueByLifecycle(tx, first))).length === 0) return 0
  let made = 0
  for (;;) {
    const { found, jobsMade } = await queueSome(context)
    made += jobsMade
    if (found < POINTS_AT_ONCE) return made
  }
}

async function queueSome(context: WatchContext): Promise<{ found: number; jobsMade: number }> {
  const { catalog, clock } = context
  return catalog.transaction(async (tx) => {
    const now = clock.now()
    const due = await points.dueByLifecycle(tx, { now, limit: POINTS_AT_ONCE })
    let jobsMade = 0
    for (const point of due) {
      const step = nextLifecycleStep(point, now)
      const open = await jobs.openOnPoint(tx, { pointId: point.id, kinds: OF_LIFECYCLE })
      const isPossible = step?.act !== 'cool' || (context.hasColdStore?.(point.region) ?? true)
      if (step && step.at <= now && open.length === 0 && isPossible) {
        const { iamRoleArn } = point
        const job = jobOnPoint(context, point, step.act)
        await jobs.insert(tx, iamRoleArn ? { ...job, iamRoleArn } : job)
        jobsMade += 1
      }
      const { DeleteAt: end = now } = calculatedLifecycle(point.lifecycle, point.createdAt)
      const soon = now + LOOK_AGAIN_MS
      // What could not be moved to cold storage ends in its time all the same.
      const again = end > now ? Math.min(end, soon) : soon
      await points.lookAgain(tx, point.id, step && step.at > now ? step.at : again)
    }
    return { found: due.length, jobsMade }
  })
}
