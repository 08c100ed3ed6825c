// Goal: whatever moment a server is killed at, its jobs end as if it had not been. Method: rounds
// of a backup, a copy and a restore of a tree that makes several packs, each killed a few times at
// moments drawn by seed; the copy, re-encrypting in every second round, beside another one, a
// verification, a sweep and a change of the vault's key; then deletions, sweeps and a purge, killed
// as well. After each part the evidence is judged. A kill counts only when some but not all of the
// job's bytes had moved.

import { rmSync } from 'node:fs'
import path from 'node:path'
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup'
import { ROLE, type User } from '../real-server.ts'
import { dice } from '../sim/dice.ts'
import type { Evidence } from './evidence.ts'
import { bytesBelow, makeHeavyTree } from './heavy-tree.ts'
import { broken, strays } from './invariants.ts'
import { jobNow } from './job-state.ts'
import { differences, type Fired, pointIdOf, Victim, type Watched } from './victim.ts'

export interface KillOptions {
  /** Empty; everything goes below it. */
  readonly folder: string
  readonly seed: number
  readonly treeBytes: number
  /** At most this many kills of one job. */
  readonly killsPerJob: number
}

/** What one round did. */
export interface RoundReport {
  /** Counted kills, of a backup, a copy and a restore. */
  readonly counted: { readonly backup: number; readonly copy: number; readonly restore: number }
  /** All kills, also those that came too early or too late to count, and those of clean-ups. */
  readonly kills: number
  /** What was found to be wrong; empty is good. */
  readonly wrong: readonly string[]
}

const SOURCE_REGION = 'eu-central-1'
const COPY_REGION = 'us-east-2'
const PACK_BYTES = 32 * 1024 * 1024
/** Packs on their way at the same time: two lanes of two, or four moves, perhaps of two jobs. */
const IN_FLIGHT_MAX = 8
const BY_CLOCK_MS = 1200
const CLEAN_UP_MS = 250

export class KillRun implements AsyncDisposable {
  readonly #options: KillOptions
  readonly #victim: Victim
  readonly #tree: string
  #resource = ''
  #round = 0
  #told: { jobs: string[]; completed: string[] } = { jobs: [], completed: [] }
  #previousPoint: string | undefined

  private constructor(options: KillOptions, victim: Victim) {
    this.#options = options
    this.#tree = path.join(options.folder, 'tree')
    this.#victim = victim
  }

  /** Makes the tree and the first vault. */
  static async begin(options: KillOptions): Promise<KillRun> {
    const victim = await Victim.start(options.folder, dice(options.seed + 2))
    const run = new KillRun(options, victim)
    makeHeavyTree(run.#tree, options.treeBytes)
    const user = run.#user(SOURCE_REGION)
    await user.createVault('daily')
    run.#resource = await user.addDirectory(run.#tree)
    return run
  }

  /** One backup, copy and restore under fire, judged; then the clean-up, judged again. */
  async round(): Promise<RoundReport> {
    this.#round += 1
    const before = this.#victim.kills
    const vault = `offsite-${this.#round}`
    await this.#user(COPY_REGION).createVault(vault)
    const isApart = this.#round % 2 === 0
    if (isApart) await this.#setApart(vault)
    const packs = Math.ceil(this.#options.treeBytes / PACK_BYTES)

    const backup = await this.#fire(await this.#startBackup(), {
      progress: this.#victim.packsPut(SOURCE_REGION),
      total: packs,
    })
    const put = this.#victim.packsPut(COPY_REGION)
    const begun = put()
    const beside = await this.#startBeside(backup.pointArn, vault)
    const copyId = await this.#startCopy(backup.pointArn, vault)
    const copy = await this.#fire(copyId, { progress: put, begun, total: packs })
    const target = path.join(this.#options.folder, `restored-${this.#round}`)
    const restore = await this.#fire(await this.#startRestore(copy.pointArn, target), {
      progress: () => bytesBelow(target),
      total: this.#options.treeBytes,
    })
    await this.#victim.settled()
    const others = beside.map((id) => ({ id, ...jobNow(this.#victim.catalog, id) }))
    const evidence = await this.#victim.evidence()
    const wrong = [
      ...[backup, copy, restore].flatMap((each) => each.wrong),
      ...others
        .filter(({ state }) => state !== 'COMPLETED')
        .map(({ id, state, failure }) => `job ${id}, beside, ended as ${state}: ${failure}`),
      ...differences(this.#tree, target),
      ...broken(evidence, this.#told),
      ...putInVain(evidence, backup, { jobs: 1 }),
      // Two copies at once re-encrypt each for itself.
      ...putInVain(evidence, copy, { jobs: isApart ? 2 : 1 }),
    ]
    rmSync(target, { recursive: true, force: true })
    const copies = [copy.pointArn, ...others.flatMap(({ pointArn }) => pointArn ?? [])]
    wrong.push(...(await this.#cleanUp({ vault, copies, backup: backup.pointArn })))
    wrong.push(...this.#victim.complaints())
    const counted = { backup: backup.counted, copy: copy.counted, restore: restore.counted }
    return { counted, kills: this.#victim.kills - before, wrong }
  }

  /** Ends the server with SIGTERM; answers what is wrong with that. */
  async end(): Promise<string[]> {
    const wrong = await this.#victim.terminate()
    return [...wrong, ...strays(await this.#victim.evidence())]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#victim[Symbol.asyncDispose]()
  }

  #user(region: string): User {
    return this.#victim.user(region)
  }

  async #startBackup(): Promise<string> {
    const { BackupJobId = '' } = await this.#user(SOURCE_REGION).client.send(
      new StartBackupJobCommand({
        BackupVaultName: 'daily',
        ResourceArn: this.#resource,
        IamRoleArn: ROLE,
        // Read in full: the tree is the same in every round, the packs are new.
        BackupOptions: { 'copyhold.full': 'true' },
      }),
    )
    return BackupJobId
  }

  #startCopy(point: string, vault: string): Promise<string> {
    const to = this.#user(COPY_REGION).vaultArn(vault)
    return this.#user(SOURCE_REGION).startCopy({ vault: 'daily', point }, to)
  }

  /** What runs at the same time as the copy; answers the jobs that must end well. */
  async #startBeside(point: string, vault: string): Promise<string[]> {
    const user = this.#user(SOURCE_REGION)
    await user.extension('POST', '/vaults/daily/rotate-key', '{}')
    const ids: string[] = []
    for (const what of ['sweep', 'verify']) {
      const job = await user.extension('POST', `/vaults/daily/${what}`, '{}')
      ids.push((job as { JobId: string }).JobId)
    }
    return [...ids, await this.#startCopy(point, vault)]
  }

  /** Copies into the vault get data keys of their own. */
  async #setApart(vault: string): Promise<void> {
    const settings = JSON.stringify({ copyMode: 'reencrypt' })
    await this.#user(COPY_REGION).extension('PUT', `/vaults/${vault}/settings`, settings)
  }

  #startRestore(point: string, target: string): Promise<string> {
    return this.#user(COPY_REGION).startRestore(point, target)
  }

  /** Kills the server a few times while the job runs, and waits for its end. */
  async #fire(jobId: string, watched: Pick<Watched, 'progress' | 'begun' | 'total'>) {
    this.#told.jobs.push(jobId)
    const now = () => jobNow(this.#victim.catalog, jobId)
    const isOver = () => now()?.isOver === true
    const how = { killsMax: this.#options.killsPerJob, byClockMs: BY_CLOCK_MS }
    const fired = await this.#victim.fire({ ...watched, isOver, ...how })
    const job = now()
    const good = job?.state === 'COMPLETED'
    if (good) this.#told.completed.push(jobId)
    const wrong = good ? [] : [`job ${jobId} ended as ${job?.state}: ${job?.failure}`]
    return { ...fired, pointArn: job?.pointArn ?? '', wrong }
  }

  /** Deletes the copies, their vault and the round's before last backup; kills while it is done. */
  async #cleanUp(made: { vault: string; copies: string[]; backup: string }): Promise<string[]> {
    const { vault, copies } = made
    const before = this.#previousPoint
    this.#previousPoint = made.backup
    for (const copy of copies) await this.#deletePoint(COPY_REGION, vault, copy)
    if (before) await this.#deletePoint(SOURCE_REGION, 'daily', before)
    await this.#victim.killWithin(CLEAN_UP_MS)
    await this.#victim.settled()
    await this.#user(SOURCE_REGION).sweep('daily')
    await this.#victim.killWithin(CLEAN_UP_MS)
    await this.#victim.settled()
    await this.#user(COPY_REGION).client.send(
      new DeleteBackupVaultCommand({ BackupVaultName: vault }),
    )
    await this.#victim.killWithin(CLEAN_UP_MS)
    await this.#victim.settled()
    const evidence = await this.#victim.evidence()
    const deleted = [...copies, ...(before ? [before] : [])].map(pointIdOf)
    return [...broken(evidence, { ...this.#told, deleted }), ...strays(evidence)]
  }

  async #deletePoint(region: string, vault: string, point: string): Promise<void> {
    await this.#user(region).client.send(
      new DeleteRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: point }),
    )
  }
}

/** Only what was on its way at a kill may have been put in vain, or put without being logged. */
function putInVain(
  evidence: Evidence,
  job: Omit<Fired, 'counted'> & { readonly pointArn: string },
  { jobs }: { readonly jobs: number },
): string[] {
  const pointId = pointIdOf(job.pointArn)
  const manifests = evidence.vaults.map((vault) => vault.manifests.get(pointId))
  const named = manifests.find((manifest) => manifest !== undefined)?.packs.length ?? 0
  const vain = Math.max(job.moved - named * jobs, named - job.moved)
  if (vain <= job.kills * IN_FLIGHT_MAX) return []
  return [`${job.moved} packs were put for ${pointId}, which names ${named}; kills: ${job.kills}`]
}
