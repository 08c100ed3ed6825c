// Goal: whatever moment a server is killed at, its jobs end as if it had not been. Method: rounds
// of a backup, a copy and a restore of a tree that makes several packs, each killed a few times at
// moments drawn by seed; the copy, re-encrypting in every second round, beside another one, a
// verification, a sweep and a change of the vault's key; then deletions, sweeps and a purge, killed
// as well. After each part the evidence is judged. A kill counts only when some but not all of the
// job's bytes had moved.

import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup'
import { ROLE, User, until } from '../real-server.ts'
import { type Dice, dice } from '../sim/dice.ts'
import { compareTrees } from '../trees/compare-trees.ts'
import { realEvidence } from './disk-evidence.ts'
import { type Evidence, hasOpenJobs } from './evidence.ts'
import { bytesBelow, makeHeavyTree } from './heavy-tree.ts'
import { broken, strays } from './invariants.ts'
import { jobNow } from './job-state.ts'
import { placesIn, ServerProcess } from './process.ts'

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
/** Packs on their way at the same time: two lanes of two, or three moves, perhaps of two jobs. */
const IN_FLIGHT_MAX = 8
const ID_LENGTH = 36
const LOOK_MS = 3
const JOB_LOOK_MS = 40
/** A kill by the clock comes within this long; one by progress at most so long after it. */
const BY_CLOCK_MS = 1200
const AFTER_PROGRESS_MS = 40
const CLEAN_UP_MS = 250

/** How much of a job has happened: packs put, or bytes restored. */
type Progress = () => number

export class KillRun implements AsyncDisposable {
  readonly #options: KillOptions
  readonly #dice: Dice
  readonly #tree: string
  #server: ServerProcess
  #resource = ''
  #round = 0
  #kills = 0
  #told: { jobs: string[]; completed: string[] } = { jobs: [], completed: [] }
  #previousPoint: string | undefined
  #complaints: string[] = []

  private constructor(options: KillOptions, server: ServerProcess) {
    this.#options = options
    this.#dice = dice(options.seed + 2)
    this.#tree = path.join(options.folder, 'tree')
    this.#server = server
  }

  /** Makes the tree and the first vault. */
  static async begin(options: KillOptions): Promise<KillRun> {
    const server = await ServerProcess.start(options.folder)
    const run = new KillRun(options, server)
    makeHeavyTree(run.#tree, options.treeBytes)
    const user = run.#user(SOURCE_REGION)
    await user.createVault('daily')
    run.#resource = await user.addDirectory(run.#tree)
    return run
  }

  /** One backup, copy and restore under fire, judged; then the clean-up, judged again. */
  async round(): Promise<RoundReport> {
    this.#round += 1
    const before = this.#kills
    const vault = `offsite-${this.#round}`
    await this.#user(COPY_REGION).createVault(vault)
    const isApart = this.#round % 2 === 0
    if (isApart) await this.#setApart(vault)
    const packs = Math.ceil(this.#options.treeBytes / PACK_BYTES)

    const backup = await this.#fire(await this.#startBackup(), {
      progress: this.#packsPut(SOURCE_REGION),
      total: packs,
    })
    const put = this.#packsPut(COPY_REGION)
    const begun = put()
    const beside = await this.#startBeside(backup.pointArn, vault)
    const copyId = await this.#startCopy(backup.pointArn, vault)
    const copy = await this.#fire(copyId, { progress: put, begun, total: packs })
    const target = path.join(this.#options.folder, `restored-${this.#round}`)
    const restore = await this.#fire(await this.#startRestore(copy.pointArn, target), {
      progress: () => bytesBelow(target),
      total: this.#options.treeBytes,
    })
    await this.#settled()
    const others = beside.map((id) => ({ id, ...jobNow(this.#catalog, id) }))
    const evidence = await this.#evidence()
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
    wrong.push(...this.#complaints.splice(0))
    const counted = { backup: backup.counted, copy: copy.counted, restore: restore.counted }
    return { counted, kills: this.#kills - before, wrong }
  }

  /** Ends the server with SIGTERM; answers what is wrong with that. */
  async end(): Promise<string[]> {
    const code = await this.#server.terminate()
    const { said } = this.#server
    const good = code === 0 && said === ''
    const wrong = good ? [] : [`SIGTERM ended the server with ${code}; it said: ${said}`]
    return [...wrong, ...strays(await this.#evidence())]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.kill()
  }

  #user(region: string): User {
    return new User(this.#server.url, region)
  }

  #evidence() {
    return realEvidence(this.#options.folder)
  }

  get #catalog(): string {
    return path.join(placesIn(this.#options.folder).data, 'catalog.db')
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
  async #fire(jobId: string, watched: { progress: Progress; begun?: number; total: number }) {
    this.#told.jobs.push(jobId)
    const begun = watched.begun ?? watched.progress()
    const seen: number[] = []
    for (let kill = 0; kill < this.#options.killsPerJob; kill += 1) {
      if (!(await this.#untilMoment(jobId, begun, watched))) break
      await this.#kill()
      seen.push(watched.progress() - begun)
      await this.#startAgain()
    }
    const job = await until(async () => {
      const now = jobNow(this.#catalog, jobId)
      return now?.isOver ? now : undefined
    })
    const moved = watched.progress() - begun
    const counted = seen.filter((each) => each > 0 && each < moved).length
    const good = job.state === 'COMPLETED'
    if (good) this.#told.completed.push(jobId)
    const wrong = good ? [] : [`job ${jobId} ended as ${job.state}: ${job.failure}`]
    return { counted, kills: seen.length, moved, pointArn: job.pointArn ?? '', wrong }
  }

  /** Waits for the moment of a kill; false when the job ended before. */
  async #untilMoment(
    jobId: string,
    begun: number,
    { progress, total }: { progress: Progress; total: number },
  ): Promise<boolean> {
    const byClock = this.#dice.below(4) === 0
    const moved = progress() - begun
    const more = Math.max(1, Math.ceil((total - moved) * (this.#dice.below(90) / 100)))
    const wanted = byClock ? Number.POSITIVE_INFINITY : moved + more
    const latest = performance.now() + (byClock ? this.#dice.below(BY_CLOCK_MS) : 60_000)
    let jobLook = 0
    while (progress() - begun < wanted && performance.now() < latest) {
      if (performance.now() > jobLook) {
        if (jobNow(this.#catalog, jobId)?.isOver) return false
        jobLook = performance.now() + JOB_LOOK_MS
      }
      await pause(LOOK_MS)
    }
    if (!byClock) await pause(this.#dice.below(AFTER_PROGRESS_MS))
    return !jobNow(this.#catalog, jobId)?.isOver
  }

  /** Deletes the copies, their vault and the round's before last backup; kills while it is done. */
  async #cleanUp(made: { vault: string; copies: string[]; backup: string }): Promise<string[]> {
    const { vault, copies } = made
    const before = this.#previousPoint
    this.#previousPoint = made.backup
    for (const copy of copies) await this.#deletePoint(COPY_REGION, vault, copy)
    if (before) await this.#deletePoint(SOURCE_REGION, 'daily', before)
    await this.#killSoon()
    await this.#settled()
    await this.#user(SOURCE_REGION).sweep('daily')
    await this.#killSoon()
    await this.#settled()
    await this.#user(COPY_REGION).client.send(
      new DeleteBackupVaultCommand({ BackupVaultName: vault }),
    )
    await this.#killSoon()
    await this.#settled()
    const evidence = await this.#evidence()
    const deleted = [...copies, ...(before ? [before] : [])].map((arn) => arn.slice(-ID_LENGTH))
    return [...broken(evidence, { ...this.#told, deleted }), ...strays(evidence)]
  }

  async #deletePoint(region: string, vault: string, point: string): Promise<void> {
    await this.#user(region).client.send(
      new DeleteRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: point }),
    )
  }

  async #killSoon(): Promise<void> {
    await pause(this.#dice.below(CLEAN_UP_MS))
    await this.#kill()
    await this.#startAgain()
  }

  async #kill(): Promise<void> {
    await this.#server.kill()
    this.#kills += 1
    // An attempt that failed and was tried again shows only here.
    if (this.#server.said !== '') this.#complaints.push(`the server said: ${this.#server.said}`)
  }

  async #startAgain(): Promise<void> {
    this.#server = await ServerProcess.start(this.#options.folder)
  }

  async #settled(): Promise<void> {
    await until(async () => (hasOpenJobs(this.#catalog) ? undefined : true))
  }

  /** Counts packs that the log says were put into a Region's store. */
  #packsPut(region: string): Progress {
    const { data, putLog } = placesIn(this.#options.folder)
    const root = `${path.join(data, 'stores', region)} `
    return () => {
      if (!existsSync(putLog)) return 0
      const lines = readFileSync(putLog, 'utf8').split('\n')
      return lines.filter((line) => line.startsWith(root) && line.includes('/packs/')).length
    }
  }
}

/** Only what was on its way at a kill may have been put in vain, or put without being logged. */
function putInVain(
  evidence: Evidence,
  job: { readonly kills: number; readonly moved: number; readonly pointArn: string },
  { jobs }: { readonly jobs: number },
): string[] {
  const pointId = job.pointArn.slice(-ID_LENGTH)
  const manifests = evidence.vaults.map((vault) => vault.manifests.get(pointId))
  const named = manifests.find((manifest) => manifest !== undefined)?.packs.length ?? 0
  const vain = Math.max(job.moved - named * jobs, named - job.moved)
  if (vain <= job.kills * IN_FLIGHT_MAX) return []
  return [`${job.moved} packs were put for ${pointId}, which names ${named}; kills: ${job.kills}`]
}

function differences(tree: string, restored: string): string[] {
  return compareTrees(tree, restored).map(
    ({ path: at, what, detail }) => `the restored ${at || 'root'} differs in ${what}: ${detail}`,
  )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
