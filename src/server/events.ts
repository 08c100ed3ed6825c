// Server-sent events (WHATWG HTML, "Server-sent events"): values become `data:` lines, silence
// becomes comments, so that proxies keep the connection and a lost client is noticed.

import type { Clock } from '../world/index.ts'

export interface EventOptions {
  readonly clock: Clock
  readonly heartbeatMs: number
  /** Aborts when the client is gone or the server closes: ends the stream at once. */
  readonly signal: AbortSignal
  /** What to tell the client of an error in mid-stream; logs it. */
  readonly onError: (error: unknown) => string
}

/**
 * The text of an event stream. Waits a moment for the first value, so that what is refused at
 * once is refused with a status: such an error is thrown here, and not streamed.
 */
export async function openEvents(
  values: AsyncIterable<unknown>,
  options: EventOptions,
): Promise<AsyncIterable<string>> {
  const iterator = values[Symbol.asyncIterator]()
  const first = iterator.next()
  first.catch(() => {})
  await within(first, FIRST_VALUE_WAIT_MS, options)
  return eventText(iterator, first, options)
}

const FIRST_VALUE_WAIT_MS = 100

async function* eventText(
  iterator: AsyncIterator<unknown>,
  first: Promise<IteratorResult<unknown>>,
  options: EventOptions,
): AsyncGenerator<string> {
  let next = first
  try {
    yield ': open\n\n'
    while (!options.signal.aborted) {
      const step = await within(next, options.heartbeatMs, options)
      if (options.signal.aborted) return
      if (step === 'nothing yet') yield ': waiting\n\n'
      else if (step.done) return
      else {
        yield `data: ${JSON.stringify(step.value)}\n\n`
        next = iterator.next()
        next.catch(() => {})
      }
    }
  } catch (error) {
    yield `event: error\ndata: ${options.onError(error)}\n\n`
  } finally {
    // Not awaited: a source that is waiting for something ends when its signal tells it.
    iterator.return?.().catch(options.onError)
  }
}

async function within<Value>(
  value: Promise<Value>,
  ms: number,
  { clock, signal }: EventOptions,
): Promise<Value | 'nothing yet'> {
  const settled = new AbortController()
  const pause = clock.sleep(ms, AbortSignal.any([signal, settled.signal]))
  try {
    return await Promise.race([value, pause.then(() => 'nothing yet' as const)])
  } finally {
    settled.abort()
  }
}
