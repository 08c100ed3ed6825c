// Lets so many requests be answered at a time, so that a storm of them takes bounded memory and
// each is answered in the order it came. Who waits longest goes next; who finds the queue full is
// sent away at once; who has gone meanwhile gives up his place.

/** The queue is full. */
export class TooManyWaiting extends Error {}

/** How many may be inside, and how many may wait for them. */
export interface TurnstileBounds {
  readonly atOnce: number
  readonly waiting: number
}

export class Turnstile {
  readonly #bounds: TurnstileBounds
  #inside = 0
  /** In order of arrival; a set, so that anyone can leave it. */
  readonly #queue = new Set<() => void>()

  constructor(bounds: TurnstileBounds) {
    this.#bounds = bounds
  }

  /**
   * Does `work` when it is its turn. Throws TooManyWaiting, and the reason of `signal` when it
   * aborts before.
   */
  async pass<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    if (this.#inside < this.#bounds.atOnce) this.#inside += 1
    else await this.#turn(signal)
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#queue.size >= this.#bounds.waiting) throw new TooManyWaiting()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      this.#queue.delete(resolve)
      reject(signal.reason)
    }
    this.#queue.add(resolve)
    signal.addEventListener('abort', giveUp, { once: true })
    await promise
    signal.removeEventListener('abort', giveUp)
  }

  /** Whoever goes next takes the place over, so that nobody slips in between. */
  #leave(): void {
    const [next] = this.#queue
    if (next === undefined) {
      this.#inside -= 1
      return
    }
    this.#queue.delete(next)
    next()
  }
}
