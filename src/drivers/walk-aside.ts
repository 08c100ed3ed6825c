// A walk that another thread makes, as the reading sees it. The other side is at most a few batches
// ahead, and keeps open the folders that those lean on. Only its word that the walk has ended ends
// it: a line that ends without is a Trouble, never a shorter walk.

import { Answer, type Failure, Trouble } from '../model/index.ts'
import type { Port } from '../world/index.ts'
import type { Finding, WalkRequest } from './finding.ts'
import { readBatch } from './finding-batch.ts'

/** Batches asked for and not done with: the most that a line holds in memory. */
export const BATCHES_AHEAD = 4

/** What the reading says. */
export type ToWalk =
  /** Once, first. */
  | { readonly type: 'begin'; readonly request: WalkRequest }
  /** Asks for one more batch. The first `done` are needed no longer, nor is what they lean on. */
  | { readonly type: 'more'; readonly done: number }
  /** No more is wanted. The other side closes everything, then the line. */
  | { readonly type: 'leave' }

/** What the walking side says: a batch each time it is asked for more, until one of the others. */
export type FromWalk =
  | { readonly type: 'batch'; readonly findings: ArrayBuffer }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: WalkError }

/** An error as it passes between threads. */
export type WalkError =
  | { readonly failure: Failure }
  | { readonly trouble: string; readonly retryable: boolean }
  | { readonly bug: string }

/** The reading's end of a line to who serves walks. */
export type WalkLine = Port<ToWalk, FromWalk>

/** Has `request` walked at the other end of `line`; the line is its own. */
export async function* walkAside(
  line: WalkLine,
  request: WalkRequest,
): AsyncGenerator<Iterable<Finding>> {
  const heard = listen(line)
  try {
    line.post({ type: 'begin', request })
    for (let asked = 0; asked < BATCHES_AHEAD; asked++) line.post({ type: 'more', done: 0 })
    for (let done = 1; ; done++) {
      const message = await heard.next()
      if (message?.type === 'ended') return
      if (message?.type !== 'batch') throw message ? errorOf(message.error) : lineEnded()
      yield readBatch(message.findings)
      line.post({ type: 'more', done })
    }
  } finally {
    line.post({ type: 'leave' })
    await heard.end
  }
}

interface Heard {
  /** The next message; undefined when the line has ended before it came. */
  next(): Promise<FromWalk | undefined>
  /** Resolves when the line has ended. */
  readonly end: Promise<void>
}

function listen(line: WalkLine): Heard {
  const messages: FromWalk[] = []
  const end = Promise.withResolvers<void>()
  let ended = false
  let news = Promise.withResolvers<void>()
  line.listen({
    message(message) {
      messages.push(message)
      news.resolve()
    },
    end() {
      ended = true
      news.resolve()
      end.resolve()
    },
  })
  return {
    end: end.promise,
    async next() {
      while (messages.length === 0 && !ended) {
        news = Promise.withResolvers<void>()
        await news.promise
      }
      return messages.shift()
    },
  }
}

const lineEnded = () =>
  new Trouble('The thread that lists folders ended before the listing did.', { retryable: true })

function errorOf(error: WalkError): Error {
  if ('failure' in error) return new Answer(error.failure)
  if ('trouble' in error) return new Trouble(error.trouble, { retryable: error.retryable })
  return new Error(`the thread that lists folders failed: ${error.bug}`)
}
