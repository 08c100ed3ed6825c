// Copyhold on one data set: the same phases as its peers, through its API.

import fs from 'node:fs'
import path from 'node:path'
import { until } from '../test/real-server.ts'
import { type NodeSettings, type Served, serve, WAITING } from './copyhold-served.ts'
import { type Figures, settle, sizeOf } from './figures.ts'
import type { Ground, Phase } from './phases.ts'
import { putAside } from './put-aside.ts'

const SOURCE = 'source'

export class CopyholdRun implements AsyncDisposable {
  readonly name = 'copyhold'
  readonly startS: number
  readonly #ground: Ground
  readonly #served: Served
  readonly #sourceFolder: string
  #resource = ''
  readonly #points = { before: '', after: '' }
  #rounds = 0
  #copies = { name: '', folder: '' }
  #backups = { name: '', folder: '' }

  static async open(ground: Ground, settings?: NodeSettings): Promise<CopyholdRun> {
    const served = await serve(ground.folder, settings)
    const folder = await newVault(served.here, { name: SOURCE, stores: served.stores.here })
    return new CopyholdRun(ground, served, folder)
  }

  private constructor(ground: Ground, served: Served, sourceFolder: string) {
    this.#ground = ground
    this.#served = served
    this.#sourceFolder = sourceFolder
    this.startS = served.startS
  }

  /** Of the server. */
  get pid(): number {
    return this.#served.pid
  }

  /** Backs the data up as it is now, and keeps what the vault then has for the peers to copy. */
  async prepare(stage: 'before' | 'after'): Promise<void> {
    const { here } = this.#served
    this.#resource ||= await here.addDirectory(this.#ground.data)
    this.#points[stage] = await here.backUp(SOURCE, this.#resource)
    linkTree(this.#sourceFolder, this.#ground.packs[stage])
  }

  async run(phase: Phase): Promise<Figures> {
    const work = await this.begin(phase)
    const figures = await this.#served.measure(work)
    const folder = phase.includes('copy') ? this.#copies.folder : this.#backups.folder
    if (phase === 'restore' || phase === 'verify') return figures
    return { ...figures, storedMb: sizeOf(folder).megabytes }
  }

  /** Makes what the phase begins with; answers what is to be measured. */
  async begin(phase: Phase): Promise<() => Promise<unknown>> {
    const { here, there, stores } = this.#served
    if (phase === 'first copy') {
      const name = `copies-${this.#rounds}`
      this.#copies = { name, folder: await newVault(there, { name, stores: stores.there }) }
    }
    if (phase === 'reencrypt copy') {
      const name = `apart-${this.#rounds}`
      this.#copies = { name, folder: await newVault(there, { name, stores: stores.there }) }
      const settings = JSON.stringify({ copyMode: 'reencrypt' })
      await there.extension('PUT', `/vaults/${name}/settings`, settings)
    }
    if (phase === 'backup') {
      const name = `backups-${this.#rounds}`
      this.#backups = { name, folder: await newVault(here, { name, stores: stores.here }) }
    }
    settle()
    return this.#workOf(phase)
  }

  /** What a round restored is out of the way; vaults stay, as they would. */
  clear(): void {
    putAside(this.#restored())
    this.#rounds += 1
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#served[Symbol.asyncDispose]()
  }

  #workOf(phase: Phase): () => Promise<unknown> {
    const { here, there } = this.#served
    const copy = (point: string) => () =>
      here.copy({ vault: SOURCE, point }, there.vaultArn(this.#copies.name))
    switch (phase) {
      case 'first copy':
      case 'no-op copy':
      case 'reencrypt copy':
        return copy(this.#points.before)
      case 'incremental copy':
        return copy(this.#points.after)
      case 'backup':
      case 'no-op backup':
        return () => here.backUp(this.#backups.name, this.#resource)
      case 'restore':
        return () => here.restore(this.#points.after, this.#restored())
      case 'verify':
        return () => this.#verify()
    }
  }

  async #verify(): Promise<void> {
    const { here } = this.#served
    const { JobId } = (await here.extension('POST', `/vaults/${SOURCE}/verify`, '{}')) as {
      JobId: string
    }
    const state = await until(async () => {
      const job = (await here.extension('GET', `/jobs/${JobId}`)) as { State: string }
      return ['CREATED', 'PENDING', 'RUNNING'].includes(job.State) ? undefined : job.State
    }, WAITING)
    if (state !== 'COMPLETED') throw new Error(`verify ended as ${state}`)
  }

  #restored(): string {
    return path.join(this.#ground.folder, 'restored')
  }
}

/** Makes a vault and says which folder of its Region's store it got. */
async function newVault(
  user: Served['here'],
  of: { name: string; stores: string },
): Promise<string> {
  const foldersNow = () => (fs.existsSync(of.stores) ? fs.readdirSync(of.stores) : [])
  const before = new Set([...foldersNow(), '.tmp'])
  await user.createVault(of.name)
  const made = foldersNow().find((folder) => !before.has(folder))
  if (made === undefined) throw new Error(`vault ${of.name} has no folder below ${of.stores}`)
  return path.join(of.stores, made)
}

/** Second names for every file: objects never change, so this is a snapshot. */
function linkTree(from: string, to: string): void {
  for (const entry of fs.readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    const second = path.join(to, path.relative(from, file))
    fs.mkdirSync(path.dirname(second), { recursive: true })
    fs.linkSync(file, second)
  }
}
