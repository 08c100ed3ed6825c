// Faults raised on purpose: asked for at the beginning of an attempt, before the job has touched
// anything, so that what a struck job leaves is what a real failure at its begin would.

import type { Claim } from '../catalog/index.ts'
import { faults, jobs } from '../catalog/index.ts'
import type { Failure } from '../model/index.ts'
import { Answer, faultFailure, SLOW, TROUBLE, Trouble } from '../model/index.ts'
import type { JobContext } from './context.ts'

const MS = 1000

/**
 * The failure this attempt is struck with, if any. Throws Trouble where the world is to fail, and
 * takes its time where the job is to be slow. Nothing is asked where no faults are raised.
 */
export async function raised(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  if (!context.raisesFaults) return undefined
  const { catalog, clock } = context
  const fault = await catalog.transaction(async (tx) => {
    const found = await faults.strike(tx, claim.job)
    if (found) await jobs.start(tx, claim, clock.now())
    return found
  })
  if (fault?.name === TROUBLE) {
    throw new Trouble('the world fails on purpose (a fault was raised)', { retryable: true })
  }
  if (fault?.name === SLOW) {
    await clock.sleep((fault.seconds ?? 0) * MS, signal)
    signal.throwIfAborted()
  }
  return fault && faultFailure(fault.name, claim.job)
}

/** Throws the Answer this attempt is struck with, if any. */
export async function throwRaised(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const failure = await raised(context, claim, signal)
  if (failure) throw new Answer(failure)
}
