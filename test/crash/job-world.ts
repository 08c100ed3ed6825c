// A server's working half in one thread, for simulation: real jobs, vaults, keys and stores on a
// simulated disk, a real catalog in a file, a clock that jumps. It dies with its disk: when that
// makes its fatal call, the catalog answers no more either. What was durable opens as the next
// process. Catalog transactions are whole or not at all, so deaths lie between them.

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { devIdentities } from '../../src/access/index.ts'
import {
  type Claim,
  jobs,
  openCatalog,
  resources,
  type Tx,
  type VaultRow,
} from '../../src/catalog/index.ts'
import { openDirectoryDriver } from '../../src/drivers/index.ts'
import { StopRequested } from '../../src/engine/index.ts'
import {
  type AdmissionContext,
  admitVault,
  clearUp,
  FactsWriter,
  finishRotations,
  finishVaults,
  type JobContext,
  jobRunners,
  makeVault,
  type RegionToRead,
  type Requester,
  rebuildCatalog,
  startSweep,
} from '../../src/jobs/index.ts'
import { defaultKeyArn, type KeyService, openKeyring } from '../../src/keys/index.ts'
import {
  type AccountId,
  Answer,
  hasEnded,
  type JobKind,
  type RebuildReport,
  type RegionName,
  Trouble,
  type VaultDeletionPermit,
} from '../../src/model/index.ts'
import { countingStore, type DiskStore, openDiskStore } from '../../src/store/index.ts'
import {
  createVaultFiles,
  deleteVaultFiles,
  listVaults,
  type OpenVault,
  openVault,
  rotateVaultKey,
} from '../../src/vault/index.ts'
import { SMALL } from '../../src/vault/vault-world.suite.ts'
import { type Clock, openLog, type Random, realTree } from '../../src/world/index.ts'
import { seededRandom } from '../sim/dice.ts'
import type { SimDisk } from '../sim/disk.ts'
import { diskWithHeldFiles, type HeldFiles } from '../sim/held-files.ts'
import { type Evidence, gather } from './evidence.ts'
import { MortalCatalog } from './mortal-catalog.ts'

const ACCOUNT = '123456789012' as AccountId
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/backup`
export const HOME: Requester = { account: ACCOUNT, region: 'eu-central-1' as RegionName }
export const AWAY: Requester = { account: ACCOUNT, region: 'us-east-2' as RegionName }
const SERVICE = `arn:aws:elasticfilesystem:${HOME.region}:${ACCOUNT}`
export const RESOURCE = `${SERVICE}:file-system/fs-0123456789abcdef0`

const KINDS: readonly JobKind[] = [
  ...(['backup', 'copy', 'restore', 'cool', 'expire'] as const),
  ...(['delete', 'purge', 'sweep', 'verify'] as const),
]
const ADDED_BYTES = 70_000
const LEASE_MS = 1_000_000_000
const POLL_MS = 1_000
const PAUSE_MS = 2_000

export interface WorldOptions {
  readonly disk: SimDisk
  readonly catalogFile: string
  /** The folder that the one resource is. */
  readonly tree: string
  /** Objects created by this and earlier processes are added to it. */
  readonly puts: string[]
  /** Given: every file of a store is immutable from its beginning; those that are now. */
  readonly held?: HeldFiles
}

export class JobWorld {
  readonly context: JobContext
  /** What made jobs pause. */
  readonly troubles: string[] = []
  readonly #options: WorldOptions
  readonly #catalog: MortalCatalog

  private constructor(options: WorldOptions, catalog: MortalCatalog, context: JobContext) {
    this.#options = options
    this.#catalog = catalog
    this.context = context
  }

  /** Opens what is there, as a server does at its start. */
  static async open(options: WorldOptions): Promise<JobWorld> {
    const { disk, catalogFile } = options
    const random = seededRandom(disk.processes)
    const catalog = new MortalCatalog(await openCatalog({ file: catalogFile }), disk)
    const keys = await openKeyring({ folder: '/keys', disk, random })
    const stores = new Map<string, Promise<DiskStore>>()
    const storeOf = (region: string) => {
      const store = stores.get(region) ?? openStore(region, options, random)
      stores.set(region, store)
      return store
    }
    const clock = jumpingClock(disk.processes)
    const log = openLog('silent')
    const vaults = vaultFiles(storeOf, keys, random)
    const context: JobContext = {
      catalog,
      clock,
      random,
      log,
      keys,
      vaults,
      identities: devIdentities,
      facts: new FactsWriter({ catalog, clock, random, log, vaults }),
      drivers: { directory: openDirectoryDriver({ tree: realTree, clock, ownFolders: [] }) },
      restoreRoots: { all: [{ name: '/', real: '/' }], byAccount: {} },
      report: () => undefined,
    }
    const world = new JobWorld(options, catalog, context)
    await catalog.transaction((tx) => jobs.releaseLeases(tx))
    await finishVaults(context)
    await finishRotations(context)
    return world
  }

  /** The folder that the resource is. */
  get tree(): string {
    return this.#options.tree
  }

  get admission(): AdmissionContext {
    return this.context
  }

  /** Makes a vault, as the API does. */
  async makeVault(from: Requester, name: string): Promise<void> {
    const keyArn = defaultKeyArn(from)
    await makeVault(this.context, await admitVault(this.admission, { from, name, keyArn }))
  }

  async addResource(): Promise<void> {
    const { tree } = this.#options
    const type = 'EFS' as const
    await this.context.catalog.transaction((tx: Tx) =>
      resources.add(tx, {
        ...HOME,
        arn: RESOURCE,
        type,
        name: 'tree',
        driver: 'directory',
        config: { path: tree },
        createdAt: 1,
      }),
    )
  }

  /** The resource has one more file, as large as a pack. */
  addFile(): void {
    const bytes = seededRandom(7).bytes(ADDED_BYTES)
    writeFileSync(path.join(this.#options.tree, 'file-added'), bytes)
  }

  /** Runs all jobs, at the same time, until every one has ended. Throws what no job may throw. */
  async runAll(): Promise<void> {
    const { catalog, clock } = this.context
    const running = new Set<Promise<void>>()
    const failures: unknown[] = []
    for (;;) {
      if (failures.length > 0) throw failures[0]
      const claim = await this.#claim()
      if (claim) {
        // Kept at once: what one throws while another is asked for is not lost, nor unhandled.
        const done = this.#run(claim)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => running.delete(done))
        running.add(done)
        continue
      }
      const open = await catalog.read((tx) => jobs.countByState(tx))
      if (running.size === 0 && open.every(({ state }) => hasEnded(state))) return
      await Promise.race([...running, clock.sleep(POLL_MS)])
    }
  }

  /** One attempt at each job that is due now. */
  async attempts(): Promise<void> {
    const due: Claim[] = []
    for (let claim = await this.#claim(); claim; claim = await this.#claim()) due.push(claim)
    await Promise.all(due.map((claim) => this.#run(claim)))
  }

  /** One attempt, and what the engine does when it fails. */
  async #run(claim: Claim): Promise<void> {
    const { catalog, clock } = this.context
    const controller = new AbortController()
    const { kind, attempt, stopRequested } = claim.job
    if (stopRequested) controller.abort(new StopRequested())
    try {
      const { signal } = controller
      const told = { signal, attempt, stopRequested: () => stopRequested }
      await jobRunners(this.context)[kind](claim, told)
    } catch (error) {
      const now = clock.now()
      if (stopRequested || error instanceof Answer) await clearUp(this.context, claim)
      if (stopRequested) {
        const end = { state: 'ABORTED', completedAt: now } as const
        return catalog.transaction((tx) => jobs.finish(tx, claim, end))
      }
      if (error instanceof Answer) {
        const end = { state: 'FAILED', failure: error.failure, completedAt: now } as const
        return catalog.transaction((tx) => jobs.finish(tx, claim, end))
      }
      if (!(error instanceof Trouble)) throw error
      const pause = { dueAt: now + PAUSE_MS, waitingFor: error.message }
      this.troubles.push(error.message)
      await catalog.transaction((tx) => jobs.pause(tx, claim, pause))
    }
  }

  async sweep(from: Requester, vaultName: string): Promise<void> {
    await startSweep(this.admission, { from, vaultName })
    await this.runAll()
  }

  /** Lets go of the catalog file, at once when the process is dead. */
  async close(): Promise<void> {
    await this.#catalog.close()
  }

  #claim(): Promise<Claim | undefined> {
    const { catalog, clock } = this.context
    const by = { owner: 'simulated', leaseMs: LEASE_MS, kinds: KINDS }
    return catalog.transaction((tx) => jobs.claim(tx, { ...by, now: clock.now() }))
  }
}

/** What lies on the disk and in the catalog now; looking changes nothing. */
export async function evidenceOf(options: WorldOptions): Promise<Evidence> {
  const disk = options.disk.afterKill()
  const random = seededRandom(disk.processes)
  return gather({
    catalogFile: options.catalogFile,
    keys: await openKeyring({ folder: '/keys', disk, random }),
    // Here what is cold lies beside what is warm.
    rootOf: ({ region }) => region,
    store: (region) => openStore(region, { ...options, disk, puts: [] }, random),
    files: (region) => filesBelow(options.disk, rootOf(region)),
    puts: options.puts,
  })
}

/** Makes the catalog of a world anew in an empty file, out of what its disk holds. */
export async function rebuiltWorld(options: WorldOptions): Promise<RebuildReport> {
  const { disk, catalogFile } = options
  const random = seededRandom(disk.processes)
  const keys = await openKeyring({ folder: '/keys', disk, random })
  const regions: RegionToRead[] = []
  for (const { region } of [HOME, AWAY]) {
    const store = await openStore(region, options, random)
    regions.push({
      region,
      vaultIds: () => listVaults(store),
      open: (vaultId) => openVault({ store, vaultId, keys }),
      remove: (permit) => deleteVaultFiles({ store, permit }),
    })
  }
  const catalog = new MortalCatalog(await openCatalog({ file: catalogFile }), disk)
  void disk.died.then(() => catalog.close())
  const clock = jumpingClock(disk.processes)
  const report = await rebuildCatalog({ catalog, keys, clock, random, regions })
  await catalog.close()
  return report
}

async function openStore(
  region: string,
  { disk, puts, held }: WorldOptions,
  random: Random,
): Promise<DiskStore> {
  const under = held ? diskWithHeldFiles(disk, held, { every: true }) : disk
  const store = await openDiskStore({ root: rootOf(region), disk: under, random })
  await store.removeStrays()
  return countingStore(store, (name) => void puts.push(`${region} ${name}`))
}

function rootOf(region: string): string {
  return `/stores/${region}`
}

function filesBelow(disk: SimDisk, root: string): string[] {
  return disk
    .tree()
    .filter((path) => path.startsWith(`${root}/`) && !path.endsWith('/'))
    .map((path) => path.slice(root.length + 1))
}

function vaultFiles(
  storeOf: (region: string) => Promise<DiskStore>,
  keys: KeyService,
  random: Random,
): JobContext['vaults'] {
  const files = {
    create: async ({ id: vaultId, keyArn, region }: VaultRow, chunkingKey: Uint8Array) => {
      const store = await storeOf(region)
      await createVaultFiles({ store, vaultId, keys, keyArn, chunkingKey, random })
    },
    open: async ({ id: vaultId, region }: VaultRow) =>
      withSmallPacks(await openVault({ store: await storeOf(region), vaultId, keys })),
    rotateKey: async ({ id: vaultId, region }: VaultRow, keyArn?: string) =>
      rotateVaultKey({ store: await storeOf(region), vaultId, keys, random, keyArn }),
    storeOf: ({ region }: VaultRow) => storeOf(region),
    remove: async ({ region }: VaultRow, permit: VaultDeletionPermit) =>
      deleteVaultFiles({ store: await storeOf(region), permit }),
  }
  return files
}

/** The vault with thresholds under which a few kilobytes make several packs. */
function withSmallPacks(vault: OpenVault): OpenVault {
  return new Proxy(vault, {
    get(target, member: keyof OpenVault) {
      if (member === 'writer') {
        const writer: OpenVault['writer'] = (options) =>
          target.writer({ ...options, limits: SMALL })
        return writer
      }
      const value = target[member]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/**
 * Time passes with every look at it, and at once when somebody sleeps. It is late enough that every
 * real file has long been settled.
 */
function jumpingClock(processes: number): Clock {
  let now = 4_000_000_000_000 + processes * 1_000_000_000
  return {
    now: () => {
      now += 1
      return now
    },
    monotonicMs: () => now,
    sleep: (ms) => {
      now += ms
      return new Promise((resolve) => setImmediate(resolve))
    },
  }
}
