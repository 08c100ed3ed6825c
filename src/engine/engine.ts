// The engine: takes due jobs by lease, runs a few at a time, keeps their leases alive, and records
// how they ended when they did not do so themselves. Promises that a job is run to its end whatever
// dies, and that who lost a lease is told; leaves the work to the runners.

import { type Catalog, type Claim, jobs, LeaseLost, packs } from '../catalog/index.ts'
import { Answer, type JobId, type JobKind, type Quotas, Trouble } from '../model/index.ts'
import { type Clock, type Log, leaseNow } from '../world/index.ts'
import { EngineStopping, judge, StopRequested, type Verdict } from './attempt.ts'

/**
 * Does a job's work and records its own end (`jobs.finish`, or `jobs.pause` to be called again) in
 * a transaction of its own, and so resolves. Rejects with an Answer to fail the job, a Trouble to
 * be called again later, a LeaseLost to be forgotten. When the signal aborts it stops soon, with
 * nothing of it going on afterwards, and rejects.
 */
export type Runner = (claim: Claim, context: RunnerContext) => Promise<void>

/** What a runner is told beside its job. */
export interface RunnerContext {
  /** Aborts when the job was asked to stop, its lease was lost, or the engine stops. */
  readonly signal: AbortSignal
  /** Which attempt this is, from 1. */
  readonly attempt: number
  /** Whether the user asked for a stop. */
  stopRequested(): boolean
}

export interface EngineOptions {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Log
  /** Names this engine in leases; no two that run at once share it. */
  readonly owner: string
  readonly kinds: readonly JobKind[]
  /** Jobs at a time. */
  readonly concurrency: number
  readonly runners: Readonly<Record<JobKind, Runner>>
  /**
   * Removes what a job leaves outside the catalog that is about to end without success. When it
   * throws, that is told in the log, and the job ends all the same.
   */
  readonly clearUp?: (claim: Claim) => Promise<void>
  /** Jobs of one kind at a time; undefined: as many as there is room for. Asked at each look. */
  readonly atOnce?: (kind: JobKind) => number | undefined
  /** What a claim holds back; absent: nothing. */
  readonly quotas?: Quotas | undefined
  readonly leaseMs?: number | undefined
  readonly renewMs?: number | undefined
  readonly pollMs?: number | undefined
}

/** A running engine. */
export interface Engine {
  /** Looks for work now. */
  wake(): void
  /** Takes no more work, aborts what runs, waits for it and gives it back, due at once. */
  stop(): Promise<void>
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>
}

const LEASE_MS = 60_000
const RENEW_MS = 15_000
const POLL_MS = 1_000

/** Begins to take and run jobs. */
export function startEngine(options: EngineOptions): Engine {
  const engine = new LeasingEngine(options)
  engine.start()
  return engine
}

class LeasingEngine implements Engine {
  readonly #options: EngineOptions
  /** What runs, by job: non-empty also for attempts that lost their lease and unwind. */
  readonly #running = new Map<JobId, Promise<void>>()
  readonly #runningKinds = new Map<JobId, JobKind>()
  /** The attempts among them that hold their lease, as far as is known. */
  readonly #held = new Set<Held>()
  readonly #stopping = new AbortController()
  /** Aborting it ends the pause between two looks for work. */
  #pausing = new AbortController()
  /** Whether there may be work that the look under way does not see. */
  #woken = false
  #idlers: (() => void)[] = []
  #loop: Promise<void> = Promise.resolve()

  constructor(options: EngineOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop = this.#run()
  }

  wake(): void {
    this.#woken = true
    this.#pausing.abort()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new EngineStopping())
    this.wake()
    await this.#loop
    await Promise.all(this.#running.values())
    this.#releaseIdlers()
  }

  idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#idlers.push(resolve)
    this.wake()
    return promise
  }

  async #run(): Promise<void> {
    const { clock, pollMs = POLL_MS } = this.#options
    while (!this.#stopping.signal.aborted) {
      this.#woken = false
      this.#pausing = new AbortController()
      await this.#hearStops()
      const nothingDue = await this.#fill()
      if (this.#woken) continue
      if (nothingDue && this.#running.size === 0) this.#releaseIdlers()
      await clock.sleep(pollMs, this.#pausing.signal)
    }
  }

  /** Stops what was asked to stop; whoever asks wakes the engine, so that this is soon. */
  async #hearStops(): Promise<void> {
    const { catalog, log } = this.#options
    for (const held of this.#held) {
      const { id, kind } = held.claim.job
      // Nothing but a backup can be stopped.
      if (kind !== 'backup' || held.stopRequested) continue
      try {
        const job = await catalog.read((tx) => jobs.byId(tx, id))
        if (job?.fence === held.claim.fence && job.stopRequested) held.stop()
      } catch (error) {
        log.warn({ job: id, error }, 'whether a job is to stop could not be asked')
      }
    }
  }

  /** Takes jobs while there is room; true when none is due any more. */
  async #fill(): Promise<boolean> {
    while (this.#running.size < this.#options.concurrency) {
      const claim = await this.#claim()
      if (claim === undefined) return true
      const { id } = claim.job
      const done = this.#work(claim).finally(() => {
        this.#running.delete(id)
        this.#runningKinds.delete(id)
        this.wake()
      })
      this.#running.set(id, done)
      this.#runningKinds.set(id, claim.job.kind)
    }
    return false
  }

  async #claim(): Promise<Claim | undefined> {
    const { catalog, clock, log, owner, quotas, leaseMs = LEASE_MS } = this.#options
    const kinds = this.#kindsWithRoom()
    if (this.#stopping.signal.aborted || kinds.length === 0) return undefined
    const except = [...this.#running.keys()]
    try {
      return await catalog.transaction((tx) =>
        jobs.claim(tx, {
          owner,
          now: clock.now(),
          leaseNow: leaseNow(clock),
          leaseMs,
          kinds,
          except,
          quotas,
        }),
      )
    } catch (error) {
      // The catalog's trouble ends nothing: the next look comes with the next poll.
      log.error({ error }, 'no job could be claimed')
      return undefined
    }
  }

  #kindsWithRoom(): readonly JobKind[] {
    const { kinds, atOnce } = this.#options
    const running = [...this.#runningKinds.values()]
    return kinds.filter((kind) => {
      const most = atOnce?.(kind)
      return most === undefined || running.filter((other) => other === kind).length < most
    })
  }

  /** One attempt from claim to record. Never rejects. */
  async #work(claim: Claim): Promise<void> {
    const { clock, log, runners } = this.#options
    const { id, kind, attempt } = claim.job
    const startedAt = clock.now()
    const held = new Held(claim, this.#stopping.signal)
    this.#held.add(held)
    const over = new AbortController()
    const renewals = this.#renew(held, over.signal)
    try {
      log.info({ job: id, kind, attempt }, 'job attempt began')
      // Its runner is called all the same: it knows what an earlier attempt left behind.
      if (claim.job.stopRequested) held.stop()
      await runners[kind](claim, held.context())
      await this.#mustBeRecorded(claim)
    } catch (error) {
      await this.#record(held, { error: held.lost ?? error, startedAt })
    } finally {
      over.abort()
      this.#held.delete(held)
      await renewals
      held.close()
      await this.#forgetKeys()
    }
  }

  /** A runner that resolves has recorded something; else its job would be claimed for ever. */
  async #mustBeRecorded(claim: Claim): Promise<void> {
    const { id } = claim.job
    const job = await this.#options.catalog.read((tx) => jobs.byId(tx, id))
    if (job?.fence === claim.fence && job.leaseOwner !== undefined) {
      throw new Error(`the runner of ${claim.job.kind} jobs ended without recording it`)
    }
  }

  /** Lengthens the lease until the attempt is over, and hears of stops and losses. */
  async #renew(held: Held, over: AbortSignal): Promise<void> {
    const { catalog, clock, log, renewMs = RENEW_MS } = this.#options
    const { claim } = held
    for (;;) {
      await clock.sleep(renewMs, over)
      if (over.aborted || held.lost !== undefined) return
      try {
        const renewed = await catalog.transaction((tx) => jobs.renew(tx, claim, leaseNow(clock)))
        // The runner may have recorded its end while this asked.
        if (over.aborted) return
        if (renewed === 'lost') held.lose()
        else if (renewed.stopRequested) held.stop()
      } catch (error) {
        log.warn({ job: claim.job.id, error }, 'a lease could not be renewed')
      }
    }
  }

  async #record(held: Held, thrown: { error: unknown; startedAt: number }): Promise<void> {
    const { clock, log } = this.#options
    const { claim } = held
    const verdict = judge({
      ...thrown,
      claim,
      now: clock.now(),
      stopRequested: held.stopRequested,
      engineStopping: this.#stopping.signal.aborted,
    })
    const { id, kind, attempt } = claim.job
    const message = `job attempt: ${verdict.act}`
    const fields = { job: id, kind, attempt }
    const isQuiet = verdict.act === 'drop' || verdict.act === 'release' || held.stopRequested
    // An answer or a trouble is news for the job's owner; anything else is a fault of ours.
    const isForeseen = thrown.error instanceof Answer || thrown.error instanceof Trouble
    if (isQuiet) log.info(fields, message)
    else if (isForeseen) log.warn({ ...fields, reason: thrown.error }, message)
    else log.error({ ...fields, error: thrown.error }, message)
    if (verdict.act === 'end') await this.#clearUp(claim)
    try {
      await this.#carryOut(claim, verdict)
    } catch (error) {
      // Nothing is lost: the lease runs out, and the job is claimed again.
      if (!(error instanceof LeaseLost)) log.error({ job: id, error }, 'an end was not recorded')
    }
  }

  async #clearUp(claim: Claim): Promise<void> {
    const { clearUp, log } = this.#options
    try {
      await clearUp?.(claim)
    } catch (error) {
      const { id, kind } = claim.job
      log.warn({ job: id, kind, error }, 'what a job left stays where it is')
    }
  }

  async #carryOut(claim: Claim, verdict: Verdict): Promise<void> {
    const { catalog, clock } = this.#options
    const now = clock.now()
    switch (verdict.act) {
      case 'drop':
        return
      case 'release':
        return catalog.transaction((tx) => jobs.release(tx, claim, now))
      case 'pause':
        return catalog.transaction((tx) => jobs.pause(tx, claim, verdict))
      case 'end': {
        const { state, failure } = verdict
        const end = { state, failure, completedAt: now }
        return catalog.transaction((tx) => jobs.finish(tx, claim, end))
      }
    }
  }

  /** What an ended job kept for its next attempt goes, a batch at a time. */
  async #forgetKeys(): Promise<void> {
    const { catalog, log } = this.#options
    try {
      while (!(await catalog.transaction((tx) => packs.forgetKeys(tx))));
    } catch (error) {
      log.warn({ error }, 'keys of ended jobs are kept until the next job ends')
    }
  }

  #releaseIdlers(): void {
    const idlers = this.#idlers
    this.#idlers = []
    for (const resolve of idlers) resolve()
  }
}

/** A job in hand: what its runner is told while it runs. */
class Held {
  readonly claim: Claim
  readonly #controller = new AbortController()
  readonly #engine: AbortSignal
  readonly #onEngineStop = () => this.#controller.abort(this.#engine.reason)
  stopRequested = false
  /** Set when another has the job. */
  lost: LeaseLost | undefined

  constructor(claim: Claim, engine: AbortSignal) {
    this.claim = claim
    this.#engine = engine
    engine.addEventListener('abort', this.#onEngineStop, { once: true })
    if (engine.aborted) this.#onEngineStop()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  context(): RunnerContext {
    return {
      signal: this.signal,
      attempt: this.claim.job.attempt,
      stopRequested: () => this.stopRequested,
    }
  }

  stop(): void {
    this.stopRequested = true
    this.#controller.abort(new StopRequested())
  }

  lose(): void {
    this.lost = new LeaseLost(this.claim.job.id, this.claim.fence)
    this.#controller.abort(this.lost)
  }

  close(): void {
    this.#engine.removeEventListener('abort', this.#onEngineStop)
  }
}
