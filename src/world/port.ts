// One end of a line between two threads of this process. What is posted arrives once and in order;
// memory that is handed over is the other side's from then on, and gone on this one.

import type { MessagePort } from 'node:worker_threads'
import { errnoOf } from './disk.ts'

/** One end of a line. `Out` is what this side posts, `In` what the other one does. */
export interface Port<Out, In> {
  /** Never waits and never throws: where nobody listens any more, it is lost. */
  post(message: Out, handOver?: readonly ArrayBuffer[]): void
  /**
   * Begins to hear; to be called once. What came before is not lost. `end` comes last, when the
   * other side closed the line or its thread ended.
   */
  listen(on: { message(message: In): void; end(): void }): void
  /** Ends the line for both sides; what was posted still arrives. Closing again does nothing. */
  close(): void
}

/** A port of the threads' own kind as ours. */
export function portOver<Out, In>(port: MessagePort): Port<Out, In> {
  return {
    post: (message, handOver = []) => port.postMessage(message, [...handOver]),
    listen({ message, end }) {
      port.on('message', message)
      port.on('close', end)
    },
    close: () => port.close(),
  }
}

/** An error on its way over a line: one of the system, or a bug of the other side. */
export type PostedError =
  | { readonly code: string; readonly errno: number | undefined; readonly message: string }
  | { readonly bug: string }

/** `error` as it can be posted. */
export function postedError(error: unknown): PostedError {
  const code = errnoOf(error)
  if (code === undefined) {
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
  const { errno, message } = error as NodeJS.ErrnoException
  return { code, errno, message }
}

/** What was posted, as an error of this side; a system's error is one here, too. */
export function errorOfPosted(posted: PostedError): Error {
  if ('bug' in posted) return new Error(`another thread failed: ${posted.bug}`)
  return Object.assign(new Error(posted.message), posted)
}
