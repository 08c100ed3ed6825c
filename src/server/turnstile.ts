// Lets so many requests be answered at a time, so that a storm of them takes bounded memory. Who
// asks most makes nobody else wait: accounts take turns, each has only a share of the places and of
// the queue, and within an account who came first goes first. Who finds the share taken is sent
// away at once; who has gone meanwhile gives up his place.

/** The queue is full, or the caller's share of it. */
export class TooManyWaiting extends Error {}

/** How many may be inside and how many may wait, of all and of one caller. */
export interface TurnstileBounds {
  readonly atOnce: number
  readonly atOnceEach: number
  readonly waiting: number
  readonly waitingEach: number
}

interface Line {
  inside: number
  /** In order of arrival; a set, so that anyone can leave it. */
  readonly queue: Set<() => void>
}

export class Turnstile {
  readonly #bounds: TurnstileBounds
  #inside = 0
  #waiting = 0
  /** By caller; who was let in last stands last. */
  readonly #lines = new Map<string, Line>()

  constructor(bounds: TurnstileBounds) {
    this.#bounds = bounds
  }

  /**
   * Does `work` when it is the turn of `caller`. Throws TooManyWaiting, and the reason of `signal`
   * when it aborts before.
   */
  async pass<Result>(
    caller: string,
    work: () => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const line = this.#lines.get(caller) ?? { inside: 0, queue: new Set() }
    this.#lines.set(caller, line)
    if (this.#hasPlace(line)) this.#letIn(line)
    else await this.#turn(line, signal)
    try {
      return await work()
    } finally {
      this.#inside -= 1
      line.inside -= 1
      this.#next()
      if (line.inside === 0 && line.queue.size === 0) this.#lines.delete(caller)
    }
  }

  #hasPlace({ inside }: Line): boolean {
    return this.#inside < this.#bounds.atOnce && inside < this.#bounds.atOnceEach
  }

  #letIn(line: Line): void {
    this.#inside += 1
    line.inside += 1
  }

  async #turn(line: Line, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { waiting, waitingEach } = this.#bounds
    if (this.#waiting >= waiting || line.queue.size >= waitingEach) throw new TooManyWaiting()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      if (line.queue.delete(resolve)) this.#waiting -= 1
      reject(signal.reason)
    }
    line.queue.add(resolve)
    this.#waiting += 1
    signal.addEventListener('abort', giveUp, { once: true })
    await promise
    signal.removeEventListener('abort', giveUp)
  }

  /** Whoever goes next takes the place over at once, so that nobody slips in between. */
  #next(): void {
    for (const [caller, line] of this.#lines) {
      const [next] = line.queue
      if (next === undefined || !this.#hasPlace(line)) continue
      line.queue.delete(next)
      this.#waiting -= 1
      this.#letIn(line)
      this.#lines.delete(caller)
      this.#lines.set(caller, line)
      next()
      return
    }
  }
}
