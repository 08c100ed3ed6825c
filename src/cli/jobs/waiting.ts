// Waiting for a job: it is followed and shown until it ends, and its end becomes the exit code.
// Stopping to wait never stops the job.

import type * as client from '../../wire/index.ts'
import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { openDisplay, openMessages } from './display.ts'
import { type FollowEnd, followJob } from './follow.ts'
import { exitOfJob, type FollowedKind, type ProgressStyle, WAIT_EXIT } from './kinds.ts'
import { errorMessage, summaryMessage } from './messages.ts'
import { lookAtJob } from './snapshot.ts'

/** What is waited for, and how it is told. */
export interface Awaited {
  readonly kind: FollowedKind
  readonly id: string
  readonly timeoutMs?: number
  readonly progress?: ProgressStyle
  /** Where messages for programs go: standard output unless it holds another answer. */
  readonly messagesTo: 'out' | 'err'
}

/** Follows a job to its end. Answers the exit code; throws what a call throws. */
export async function awaitJob(
  host: Host,
  settings: client.ClientSettings,
  job: Awaited,
): Promise<number> {
  const { kind, id, timeoutMs, progress } = job
  const write = job.messagesTo === 'out' ? host.terminal.out : host.terminal.err
  const asMessages = progress === 'json'
  const stop = new AbortController()
  const release = host.surroundings.onInterrupt(() => stop.abort())
  try {
    const followed = await followJob({
      look: () => lookAtJob(settings, kind, id),
      display: asMessages
        ? openMessages({ kind, id }, write)
        : await openDisplay(kind, host, progress),
      clock: host.clock,
      signal: stop.signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
    return asMessages ? tellProgram(write, job, followed) : tellUser(host, job, followed)
  } catch (error) {
    if (!asMessages) throw error
    const { reportError } = await import('../aws/error-output.ts')
    const { text, exitCode } = await reportError(error, 'legacy')
    write(errorMessage(text.replace(/^\s*aws: \[ERROR\]: /, '').trim(), exitCode))
    return exitCode
  } finally {
    release()
  }
}

function exitOf({ kind }: Awaited, followed: FollowEnd): number {
  if (followed.end === 'ended') return exitOfJob({ kind, ...followed.snapshot })
  return followed.end === 'interrupted' ? EXIT.interrupted : WAIT_EXIT.timedOut
}

function tellProgram(write: (text: string) => void, job: Awaited, followed: FollowEnd): number {
  const { state = 'unknown', message = '' } = followed.snapshot ?? {}
  const exitCode = exitOf(job, followed)
  write(summaryMessage(job, { state, message, exitCode, goesOn: followed.end !== 'ended' }))
  return exitCode
}

function tellUser({ terminal }: Host, job: Awaited, followed: FollowEnd): number {
  const { kind, id } = job
  const code = exitOf(job, followed)
  const { state = 'unknown', message = '' } = followed.snapshot ?? {}
  if (followed.end === 'interrupted') {
    terminal.err(`\nNot waiting any longer; the ${kind} job ${id} goes on.\n`)
  } else if (followed.end === 'timed-out') {
    terminal.err(`The ${kind} job ${id} is still ${state} and goes on.\n`)
  } else if (code !== WAIT_EXIT.completed) {
    const why = message === '' ? '' : `: ${message}`
    terminal.err(`The ${kind} job ${id} ended as ${state}${why}\n`)
    if (EXPLAINED.has(kind)) terminal.err(`What it means: copyhold explain ${id}\n`)
  }
  return code
}

const EXPLAINED = new Set<FollowedKind>(['backup', 'copy', 'restore'])
