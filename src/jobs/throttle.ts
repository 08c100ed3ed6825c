// Keeps the jobs of one process within the limits an operator has set, and can change meanwhile:
// for the process, for each vault written to, for each job. Tells a job that waits for what.

import type { Limits } from '../model/index.ts'
import type { Clock } from '../world/index.ts'
import { TokenBucket } from './token-bucket.ts'

/** A job that waits looks again this often: a limit that was raised or taken away holds soon. */
const LOOK_AGAIN_MS = 250

/** Resolves when so many bytes may be written; rejects with the signal's reason. */
export type Admission = (bytes: number, signal: AbortSignal | undefined) => Promise<void>

interface Gate {
  readonly bucket: TokenBucket
  readonly name: string
}

/** For a job's writes into a vault, telling its meter what it waits for. */
export function admissionOf(
  { throttle }: { readonly throttle?: Throttle },
  vault: { readonly arn: string },
  meter: { waits(waitingFor: string | undefined): void },
): Admission | undefined {
  return throttle?.admission({ vaultArn: vault.arn, onWait: (why) => meter.waits(why) })
}

export class Throttle {
  readonly #clock: Clock
  readonly #process: Gate
  readonly #vaults = new Map<string, Gate>()
  #limits: Limits

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
    this.#process = this.#gate('the process', () => this.#limits.process)
  }

  get limits(): Limits {
    return this.#limits
  }

  set(limits: Limits): void {
    this.#limits = limits
  }

  /** What a job that writes into a vault goes through; `onWait` hears why it waits, and its end. */
  admission(job: {
    readonly vaultArn: string
    onWait(waitingFor: string | undefined): void
  }): Admission {
    const own = this.#gate('this job', () => this.#limits.job)
    const gates = [this.#process, this.#vault(job.vaultArn), own]
    let told: string | undefined
    const tell = (name: string | undefined) => {
      if (told !== name) job.onWait(name && `the bandwidth limit of ${name}`)
      told = name
    }
    return async (bytes, signal) => {
      signal?.throwIfAborted()
      for (let wait = longestWait(gates); wait; wait = longestWait(gates)) {
        tell(wait.name)
        await this.#clock.sleep(Math.min(wait.waitMs, LOOK_AGAIN_MS), signal)
        signal?.throwIfAborted()
      }
      for (const { bucket } of gates) bucket.take(bytes)
      tell(undefined)
    }
  }

  #vault(arn: string): Gate {
    const known = this.#vaults.get(arn)
    if (known) return known
    const name = `the vault ${arn.slice(arn.lastIndexOf(':') + 1)}`
    const gate = this.#gate(name, () => this.#limits.vaults[arn])
    this.#vaults.set(arn, gate)
    return gate
  }

  #gate(name: string, rate: () => number | undefined): Gate {
    return { name, bucket: new TokenBucket(this.#clock, rate) }
  }
}

function longestWait(gates: readonly Gate[]): { waitMs: number; name: string } | undefined {
  const waits = gates.map(({ bucket, name }) => ({ waitMs: bucket.waitMs(), name }))
  return waits.filter(({ waitMs }) => waitMs > 0).sort((a, b) => b.waitMs - a.waitMs)[0]
}
