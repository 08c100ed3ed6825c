// A world of jobs on a simulated disk whose files can be damaged, with what the tests of damage
// ask of it: verifications, copies, restores, and whether a restored tree is the one backed up.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type JobRow, jobs, type PointRow } from '../../src/catalog/index.ts'
import { type Requester, startCopy, startRestore, startVerify } from '../../src/jobs/index.ts'
import { formatVaultArn, type JobId } from '../../src/model/index.ts'
import { SimDisk } from '../sim/disk.ts'
import { broken, strays } from './invariants.ts'
import { fastFolder, makeTree } from './job-crash.ts'
import { AWAY, evidenceOf, HOME, JobWorld, ROLE, type WorldOptions } from './job-world.ts'
import { copy, oneCopy, pointsIn } from './scenes.ts'

export class RottenWorld {
  disk = new SimDisk()
  readonly #folder = mkdtempSync(path.join(fastFolder(), 'copyhold-rot-'))
  #world: JobWorld | undefined
  #restores = 0
  #catalogs = 0

  /** A point in `daily` (at home) and its copy in `offsite` (away). */
  static async open(prepare: (world: JobWorld) => Promise<void> = oneCopy): Promise<RottenWorld> {
    const rotten = new RottenWorld()
    makeTree(rotten.options.tree)
    rotten.#world = await JobWorld.open(rotten.options)
    await prepare(rotten.world)
    return rotten
  }

  get options(): WorldOptions {
    const tree = path.join(this.#folder, 'tree')
    return {
      disk: this.disk,
      catalogFile: path.join(this.#folder, `catalog-${this.#catalogs}.db`),
      tree,
      puts: this.#puts,
    }
  }

  readonly #puts: string[] = []

  get world(): JobWorld {
    if (!this.#world) throw new Error('the world is not open')
    return this.#world
  }

  /** Opens all anew, as the next process does. */
  async restart(): Promise<void> {
    await this.world.close()
    this.#world = await JobWorld.open(this.options)
  }

  /** The bytes of the catalog, when nothing has it open. */
  async catalogBytes(): Promise<Buffer> {
    await this.world.close()
    return readFileSync(this.options.catalogFile)
  }

  /** Goes on as the next process on a disk as it is and a catalog of these bytes. */
  async restartWith(disk: SimDisk, catalog: Uint8Array): Promise<void> {
    this.#catalogs += 1
    this.#puts.length = 0
    this.disk = disk.afterKill()
    writeFileSync(this.options.catalogFile, catalog)
    this.#world = await JobWorld.open(this.options)
  }

  /** Files of a Region's store whose path has a part. */
  files(of: Requester, part: string): string[] {
    const root = `/stores/${of.region}/`
    return this.disk
      .tree()
      .filter((file) => file.startsWith(root) && file.includes(part) && !file.endsWith('/'))
  }

  /** Verifies to the end. */
  async verify(of: Requester, vaultName: string, samplePercent?: number): Promise<JobRow> {
    const job = await startVerify(this.world.admission, { from: of, vaultName, samplePercent })
    return this.end(job.id)
  }

  /** Copies the newest point of `daily` anew, to the end. */
  async copy(token: string): Promise<JobRow> {
    return this.end(await copy(this.world, { jobs: [], deleted: [] }, token))
  }

  /** Copies it to another vault, to the end. */
  async copyTo(of: Requester, vaultName: string): Promise<JobRow> {
    const [newest] = await this.points(HOME)
    const { id } = await startCopy(this.world.admission, {
      from: HOME,
      sourceVaultName: 'daily',
      pointArn: newest?.arn ?? '',
      destinationVaultArn: this.arn(of, vaultName),
      roleArn: ROLE,
    })
    return this.end(id)
  }

  arn(of: Requester, name: string): string {
    return formatVaultArn({ ...of, name })
  }

  /** Restores a point, to the end, and compares: `whole` is only said of an equal tree. */
  async restore(of: Requester, point: PointRow): Promise<{ job: JobRow; isWhole: boolean }> {
    this.#restores += 1
    const target = path.join(this.#folder, `restored-${this.#restores}`)
    const { id } = await startRestore(this.world.admission, {
      from: of,
      pointArn: point.arn,
      roleArn: ROLE,
      metadata: { 'copyhold:path': target },
    })
    const job = await this.end(id)
    return { job, isWhole: isSameTree(this.options.tree, target) }
  }

  /** Runs all jobs; answers how this one ended. */
  async end(id: JobId): Promise<JobRow> {
    await this.world.runAll()
    const job = await this.world.context.catalog.read((tx) => jobs.byId(tx, id))
    if (!job) throw new Error(`no job ${id}`)
    return job
  }

  points(of: Requester): Promise<PointRow[]> {
    return pointsIn(this.world, of, of === HOME ? 'daily' : 'offsite')
  }

  /** What breaks an invariant now, with all vaults swept. */
  async wrong(): Promise<string[]> {
    await this.world.sweep(HOME, 'daily')
    await this.world.sweep(AWAY, 'offsite')
    const evidence = await evidenceOf(this.options)
    return [...broken(evidence), ...strays(evidence)]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function isSameTree(a: string, b: string): boolean {
  try {
    const names = readdirSync(a).sort()
    if (names.join('/') !== readdirSync(b).sort().join('/')) return false
    return names.every((name) =>
      readFileSync(path.join(a, name)).equals(readFileSync(path.join(b, name))),
    )
  } catch {
    return false
  }
}
