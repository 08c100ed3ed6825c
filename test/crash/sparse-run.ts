// Goal: a server killed while it compacts loses nothing. Method: in each round a backup, a second
// one without the file that most of the first one's packs are, and the deletion of the first; the
// server is killed at moments drawn by seed until its jobs have ended; then the second point is
// restored and the evidence judged.

import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DeleteRecoveryPointCommand } from '@aws-sdk/client-backup'
import type { User } from '../real-server.ts'
import { dice } from '../sim/dice.ts'
import { broken, strays } from './invariants.ts'
import { differences, pointIdOf, Victim } from './victim.ts'

const MIB = 1024 * 1024
const REGION = 'eu-central-1'
const KEPT_BYTES = 1.5 * MIB
const LARGE_BYTES = 20 * MIB
const KILLS = 3
/** A sweep of so little is over soon. */
const KILL_WITHIN_MS = 250

export class SparseRun implements AsyncDisposable {
  readonly #tree: string
  readonly #victim: Victim
  #resource = ''
  #before: string | undefined

  private constructor(victim: Victim) {
    this.#tree = path.join(victim.folder, 'tree')
    this.#victim = victim
  }

  /** Starts a server on a folder that is made. */
  static async begin(folder: string, seed: number): Promise<SparseRun> {
    mkdirSync(folder)
    const run = new SparseRun(await Victim.start(folder, dice(seed + 2)))
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
    for (let kill = 0; kill < KILLS; kill += 1) await this.#victim.killWithin(KILL_WITHIN_MS)
    await this.#victim.settled()
    await this.#user.sweep('daily')
    await this.#victim.settled()
    const target = path.join(this.#victim.folder, 'restored')
    await this.#user.restore(second, target)
    const differing = differences(this.#tree, target)
    rmSync(target, { recursive: true, force: true })
    const evidence = await this.#victim.evidence()
    const manifests = evidence.vaults.map((vault) => vault.manifests.get(pointIdOf(second)))
    const generation = Math.max(...manifests.map((manifest) => manifest?.generation ?? 0))
    const told = [...differing, ...this.#victim.complaints()]
    return { generation, wrong: [...told, ...broken(evidence), ...strays(evidence)] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#victim[Symbol.asyncDispose]()
  }

  get #user(): User {
    return this.#victim.user(REGION)
  }

  #write(name: string, sizeBytes: number): void {
    writeFileSync(path.join(this.#tree, name), randomBytes(sizeBytes))
  }

  #backUp(options: Record<string, string>): Promise<string> {
    return this.#user.backUp('daily', this.#resource, { options })
  }

  async #delete(point: string): Promise<void> {
    await this.#user.client.send(
      new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: point }),
    )
  }
}
