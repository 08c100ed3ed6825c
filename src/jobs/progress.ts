// How far jobs are: a meter that a job feeds, and a board where others look. Counts are cheap to
// add to; they are published at most twice a second and written to the job's row every 5 s.

import type { Catalog, Claim } from '../catalog/index.ts'
import { jobs } from '../catalog/index.ts'
import type { JobId, JobProgress } from '../model/index.ts'
import type { Clock } from '../world/index.ts'
import type { JobContext } from './context.ts'

const PUBLISH_MS = 500
const SAVE_MS = 5_000
/** Rates are measured over this long. */
const RATE_WINDOW_MS = 4_000

/** What a job adds to its counts. */
export type ProgressDelta = Partial<
  Pick<
    JobProgress,
    'bytesRead' | 'bytesStored' | 'bytesReused' | 'packsStored' | 'packsReused' | 'entries' | Extra
  >
>

/** Counts that only some kinds of job have; absent until there is something to count. */
type Extra = (typeof EXTRAS)[number]
const EXTRAS = [
  ...(['packsFreed', 'bytesFreed', 'packsCompacted', 'bytesCompacted'] as const),
  ...(['packsChecked', 'packsDamaged', 'packsRepaired'] as const),
  ...(['pointsChecked', 'pointsDamaged'] as const),
] as const

/** One job's counts while an attempt of it runs. */
export class ProgressMeter {
  readonly #clock: Clock
  readonly #catalog: Catalog
  readonly #claim: Claim
  readonly #publish: (progress: JobProgress) => void
  readonly #samples: { atMs: number; bytes: number }[] = []
  #counts: JobProgress
  #publishedMs = Number.NEGATIVE_INFINITY
  #savedMs: number
  #saving: Promise<void> = Promise.resolve()

  constructor(options: {
    clock: Clock
    catalog: Catalog
    claim: Claim
    publish(progress: JobProgress): void
  }) {
    this.#clock = options.clock
    this.#catalog = options.catalog
    this.#claim = options.claim
    this.#publish = options.publish
    this.#savedMs = options.clock.monotonicMs()
    this.#counts = {
      bytesRead: 0,
      bytesStored: 0,
      bytesReused: 0,
      packsStored: 0,
      packsReused: 0,
      entries: 0,
      attempt: options.claim.job.attempt,
    }
  }

  add(delta: ProgressDelta): void {
    const counts = this.#counts
    this.#counts = {
      ...counts,
      bytesRead: counts.bytesRead + (delta.bytesRead ?? 0),
      bytesStored: counts.bytesStored + (delta.bytesStored ?? 0),
      bytesReused: counts.bytesReused + (delta.bytesReused ?? 0),
      packsStored: counts.packsStored + (delta.packsStored ?? 0),
      packsReused: counts.packsReused + (delta.packsReused ?? 0),
      entries: counts.entries + (delta.entries ?? 0),
      ...grownExtras(counts, delta),
    }
    // What was expected was too little: nothing is done beyond the whole.
    const { bytesTotal } = this.#counts
    if (bytesTotal !== undefined) {
      this.#counts = { ...this.#counts, bytesTotal: Math.max(bytesTotal, handled(this.#counts)) }
    }
    this.#tell(this.#clock.monotonicMs())
  }

  /** Adds what came of packs up to this number; kept together, so that a later attempt goes on. */
  checked(delta: ProgressDelta, checkedThrough: number): void {
    const checkedBytes = this.#counts.bytesRead + (delta.bytesRead ?? 0)
    this.#counts = { ...this.#counts, checkedThrough, checkedBytes }
    this.add(delta)
  }

  /** What the job waits for, told at once; undefined when it goes on. */
  waits(waitingFor: string | undefined): void {
    const { waitingFor: _, ...counts } = this.#counts
    this.#counts = waitingFor === undefined ? counts : { ...counts, waitingFor }
    if (waitingFor !== undefined) this.#publish(this.#counts)
  }

  /** What the job expects to handle in all. */
  expect(bytesTotal: number): void {
    this.#counts = { ...this.#counts, bytesTotal: Math.max(bytesTotal, handled(this.#counts)) }
    this.#tell(this.#clock.monotonicMs())
  }

  /** The counts now; also published, for the last word before a job ends. */
  async end(): Promise<JobProgress> {
    await this.#saving
    this.#publish(this.#counts)
    return this.#counts
  }

  #tell(nowMs: number): void {
    if (nowMs - this.#publishedMs < PUBLISH_MS) return
    this.#publishedMs = nowMs
    this.#measureRate(nowMs)
    this.#publish(this.#counts)
    if (nowMs - this.#savedMs < SAVE_MS) return
    this.#savedMs = nowMs
    const counts = this.#counts
    this.#saving = this.#saving.then(async () => {
      // Only a courtesy to those who ask later: a row that is no longer ours says so elsewhere.
      await this.#catalog
        .transaction((tx) => jobs.saveProgress(tx, this.#claim, counts))
        .catch(() => undefined)
    })
  }

  #measureRate(nowMs: number): void {
    const { bytesRead, bytesStored } = this.#counts
    const bytes = Math.max(bytesRead, bytesStored)
    this.#samples.push({ atMs: nowMs, bytes })
    while (this.#samples.length > 2 && nowMs - (this.#samples[0]?.atMs ?? 0) > RATE_WINDOW_MS) {
      this.#samples.shift()
    }
    const first = this.#samples[0]
    if (!first || nowMs === first.atMs) return
    const bytesPerSecond = Math.round(((bytes - first.bytes) * 1000) / (nowMs - first.atMs))
    this.#counts = { ...this.#counts, bytesPerSecond }
  }
}

/** A backup, a restore and a verification count what they read, a copy what it moves and finds. */
const handled = ({ bytesRead, bytesStored, bytesReused }: JobProgress) =>
  Math.max(bytesRead, bytesStored + bytesReused)

function grownExtras(counts: JobProgress, delta: ProgressDelta): Partial<JobProgress> {
  const grown = EXTRAS.filter((name) => delta[name] !== undefined)
  return Object.fromEntries(
    grown.map((name) => [name, (counts[name] ?? 0) + (delta[name] ?? 0)] as const),
  )
}

/** A meter for one attempt, publishing to whoever watches. */
export function openMeter(context: JobContext, claim: Claim): ProgressMeter {
  const { catalog, clock } = context
  const publish = (progress: JobProgress) => context.report(claim.job.id, progress)
  return new ProgressMeter({ clock, catalog, claim, publish })
}

/** Where the latest progress of every running job hangs. */
export interface ProgressBoard {
  latest(jobId: JobId): JobProgress | undefined
}

/** How many jobs the board remembers; the oldest are forgotten, their rows still know. */
const BOARD_JOBS_MAX = 10_000

/** A board in memory, filled by messages from the thread that moves bytes. */
export class MemoryProgressBoard implements ProgressBoard {
  readonly #latest = new Map<JobId, JobProgress>()
  #totals = { bytesRead: 0, bytesStored: 0, bytesReused: 0 }

  post(jobId: JobId, progress: JobProgress): void {
    const before = this.#latest.get(jobId)
    const sameAttempt = before?.attempt === progress.attempt
    this.#totals = {
      bytesRead: this.#totals.bytesRead + grown('bytesRead'),
      bytesStored: this.#totals.bytesStored + grown('bytesStored'),
      bytesReused: this.#totals.bytesReused + grown('bytesReused'),
    }
    this.#latest.delete(jobId)
    this.#latest.set(jobId, progress)
    const oldest = this.#latest.size > BOARD_JOBS_MAX ? this.#latest.keys().next().value : undefined
    if (oldest !== undefined) this.#latest.delete(oldest)

    function grown(count: 'bytesRead' | 'bytesStored' | 'bytesReused'): number {
      return Math.max(0, progress[count] - (sameAttempt ? (before?.[count] ?? 0) : 0))
    }
  }

  latest(jobId: JobId): JobProgress | undefined {
    return this.#latest.get(jobId)
  }

  /** Bytes moved by all jobs since the server started, for the metrics. */
  totals(): { bytesRead: number; bytesStored: number; bytesReused: number } {
    return { ...this.#totals }
  }
}
