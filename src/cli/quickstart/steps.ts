// The steps of a quickstart that go through the API: like any client, over HTTP.

import * as client from '../../wire/index.ts'
import { sender } from '../aws/connection.ts'
import { parseEndpoint } from '../aws/endpoint.ts'
import { askExtension } from '../extensions.ts'
import type { Host, RunningServer } from '../host.ts'
import { openDisplay } from '../jobs/display.ts'
import { followJob } from '../jobs/follow.ts'
import type { FollowedKind } from '../jobs/kinds.ts'
import { type JobSnapshot, lookAtJob } from '../jobs/snapshot.ts'
import { PROGRAM_VERSION } from '../version.ts'
import { ACCOUNT, ROLE_ARN } from './names.ts'

/** A job did not complete, or the user broke off. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

const ATTEMPTS = 3
const READ_TIMEOUT_MS = 60_000

/** A job that completed, and what AWS says it made. */
export interface DoneJob {
  readonly snapshot: JobSnapshot
  readonly seconds: number
  readonly startedMs: number
}

export class Steps {
  readonly #host: Host
  readonly #server: RunningServer
  readonly #signal: AbortSignal

  constructor(host: Host, server: RunningServer, signal: AbortSignal) {
    this.#host = host
    this.#server = server
    this.#signal = signal
  }

  async makeVault(place: { region: string; vault: string }): Promise<string> {
    const made = await this.#call(place.region, 'CreateBackupVault', {
      BackupVaultName: place.vault,
    })
    return String(made.BackupVaultArn)
  }

  async register(region: string, path: string): Promise<string> {
    const made = await askExtension(this.#settings(region), {
      method: 'POST',
      path: '/resources',
      body: { type: 'directory', path },
    })
    return String((made as { ResourceArn?: string }).ResourceArn)
  }

  async backUp(place: { region: string; vault: string }, resourceArn: string): Promise<DoneJob> {
    const startedMs = this.#host.clock.now()
    const started = await this.#call(place.region, 'StartBackupJob', {
      BackupVaultName: place.vault,
      ResourceArn: resourceArn,
      IamRoleArn: ROLE_ARN,
    })
    return await this.#done(place.region, 'backup', String(started.BackupJobId), startedMs)
  }

  async copy(
    place: { region: string; vault: string },
    pointArn: string,
    destinationArn: string,
  ): Promise<DoneJob> {
    const startedMs = this.#host.clock.now()
    const started = await this.#call(place.region, 'StartCopyJob', {
      RecoveryPointArn: pointArn,
      SourceBackupVaultName: place.vault,
      DestinationBackupVaultArn: destinationArn,
      IamRoleArn: ROLE_ARN,
    })
    return await this.#done(place.region, 'copy', String(started.CopyJobId), startedMs)
  }

  async restore(region: string, pointArn: string, target: string): Promise<DoneJob> {
    const startedMs = this.#host.clock.now()
    const started = await this.#call(region, 'StartRestoreJob', {
      RecoveryPointArn: pointArn,
      IamRoleArn: ROLE_ARN,
      Metadata: { 'copyhold:path': target },
    })
    return await this.#done(region, 'restore', String(started.RestoreJobId), startedMs)
  }

  async #done(region: string, kind: FollowedKind, id: string, startedMs: number): Promise<DoneJob> {
    const { clock } = this.#host
    const began = clock.monotonicMs()
    const followed = await followJob({
      look: () => lookAtJob(this.#settings(region), kind, id),
      display: await openDisplay(kind, this.#host),
      clock,
      signal: this.#signal,
    })
    if (followed.end !== 'ended') throw new Interrupted()
    const { state, message } = followed.snapshot
    if (state !== 'COMPLETED') {
      throw new StepFailed(`The ${kind} job ${id} ended as ${state}: ${message}`)
    }
    const seconds = (clock.monotonicMs() - began) / 1000
    return { snapshot: followed.snapshot, seconds, startedMs }
  }

  async #call(region: string, operation: string, input: client.ClientInput) {
    if (this.#signal.aborted) throw new Interrupted()
    return await client.openClient(this.#settings(region)).call(operation, input)
  }

  #settings(region: string): client.ClientSettings {
    const { http, surroundings, clock, random } = this.#host
    return {
      endpoint: parseEndpoint(this.#server.url),
      region,
      credentials: async () => ({ accessKeyId: ACCOUNT, secretAccessKey: 'quickstart' }),
      maxAttempts: ATTEMPTS,
      timestamps: 'wire',
      userAgent: `copyhold/${PROGRAM_VERSION} md/command#quickstart`,
      send: sender(http, { readTimeoutMs: READ_TIMEOUT_MS }, surroundings),
      now: () => clock.now(),
      sleep: (ms) => clock.sleep(ms),
      dice: () => (random.bytes(1)[0] ?? 0) / 256,
      uuid: () => random.uuid(),
    }
  }
}
