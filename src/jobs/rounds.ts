// What goes on in the background of a process for as long as it lives: round after round, with a
// pause between them that ends early when there may be something to do.

import type { Clock } from '../world/index.ts'

export abstract class Rounds {
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #stopping = new AbortController()
  #nap = new AbortController()
  #done: Promise<void> = Promise.resolve()

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock
  }

  /** One round; answers how long to pause after it, in milliseconds. Never rejects. */
  protected abstract round(): Promise<number>

  /** Aborts when no more rounds are to be begun. */
  protected get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  start(): void {
    this.#done = this.work()
  }

  /** There may be something to do: a pause ends now, also one that is still to come. */
  wake(): void {
    this.#nap.abort()
  }

  /** Lets the round that is under way end. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#done
  }

  protected async work(): Promise<void> {
    while (!this.stopping.aborted) {
      this.#nap = new AbortController()
      const pauseMs = await this.round()
      await this.#clock.sleep(pauseMs, AbortSignal.any([this.#nap.signal, this.stopping]))
    }
  }
}
