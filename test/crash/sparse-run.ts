// Goal: a server killed while it compacts loses nothing. Method: in each round a backup, a second
// one without the file that most of the first one's packs are, and the deletion of the first; the
// server is killed at moments drawn by seed until its jobs have ended; then the second point is
// restored and the evidence judged.

import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DeleteRecoveryPointCommand, StartBackupJobCommand } from '@aws-sdk/client-backup'
import { ROLE, User, until } from '../real-server.ts'
import { type Dice, dice } from '../sim/dice.ts'
import { compareTrees } from '../trees/compare-trees.ts'
import { realEvidence } from './disk-evidence.ts'
import { hasOpenJobs } from './evidence.ts'
import { broken, strays } from './invariants.ts'
import { placesIn, ServerProcess } from './process.ts'

const MIB = 1024 * 1024
const REGION = 'eu-central-1'
const KEPT_BYTES = 1.5 * MIB
const LARGE_BYTES = 20 * MIB
const KILLS = 3
/** A sweep of so little is over soon. */
const KILL_WITHIN_MS = 250
const ID_LENGTH = 36

export class SparseRun implements AsyncDisposable {
  readonly #folder: string
  readonly #tree: string
  readonly #dice: Dice
  #server: ServerProcess
  #resource = ''
  #before: string | undefined

  private constructor(folder: string, seed: number, server: ServerProcess) {
    this.#folder = folder
    this.#tree = path.join(folder, 'tree')
    this.#dice = dice(seed + 2)
    this.#server = server
  }

  /** Starts a server on a folder that is made. */
  static async begin(folder: string, seed: number): Promise<SparseRun> {
    mkdirSync(folder)
    const run = new SparseRun(folder, seed, await ServerProcess.start(folder))
    mkdirSync(run.#tree)
    await run.#user.createVault('daily')
    run.#resource = await run.#user.addDirectory(run.#tree)
    return run
  }

  /** Answers how often the point was sealed again, and what is wrong. */
  async round(): Promise<{ readonly generation: number; readonly wrong: readonly string[] }> {
    this.#write('a-kept', KEPT_BYTES)
    this.#write('b-large', LARGE_BYTES)
    const first = await this.#backUp({ 'copyhold.full': 'true' })
    rmSync(path.join(this.#tree, 'b-large'))
    const second = await this.#backUp({})
    await this.#delete(first)
    if (this.#before) await this.#delete(this.#before)
    this.#before = second
    for (let kill = 0; kill < KILLS; kill += 1) {
      const delay = Promise.withResolvers<void>()
      setTimeout(delay.resolve, this.#dice.below(KILL_WITHIN_MS))
      await delay.promise
      await this.#server.kill()
      this.#server = await ServerProcess.start(this.#folder)
    }
    await this.#settled()
    await this.#user.sweep('daily')
    await this.#settled()
    const target = path.join(this.#folder, 'restored')
    await this.#user.restore(second, target)
    const differing = compareTrees(this.#tree, target).map((each) => JSON.stringify(each))
    rmSync(target, { recursive: true, force: true })
    const evidence = await realEvidence(this.#folder)
    const id = second.slice(-ID_LENGTH).toUpperCase()
    const manifests = evidence.vaults.map((vault) => vault.manifests.get(id))
    const generation = Math.max(...manifests.map((manifest) => manifest?.generation ?? 0))
    return { generation, wrong: [...differing, ...broken(evidence), ...strays(evidence)] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.kill()
  }

  get #user(): User {
    return new User(this.#server.url, REGION)
  }

  #write(name: string, sizeBytes: number): void {
    writeFileSync(path.join(this.#tree, name), randomBytes(sizeBytes))
  }

  async #backUp(options: Record<string, string>): Promise<string> {
    const { BackupJobId = '' } = await this.#user.client.send(
      new StartBackupJobCommand({
        BackupVaultName: 'daily',
        ResourceArn: this.#resource,
        IamRoleArn: ROLE,
        BackupOptions: options,
      }),
    )
    const job = await this.#user.backupEnd(BackupJobId)
    return job.RecoveryPointArn ?? ''
  }

  async #delete(point: string): Promise<void> {
    await this.#user.client.send(
      new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: point }),
    )
  }

  async #settled(): Promise<void> {
    const catalog = path.join(placesIn(this.#folder).data, 'catalog.db')
    await until(async () => (hasOpenJobs(catalog) ? undefined : true))
  }
}
