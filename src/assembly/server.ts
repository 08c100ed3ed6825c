// An embedded server: this thread serves HTTP and asks the catalog, a worker thread moves bytes.
// Owns its data folder for life; a second server on the same folder is refused.

import type { ApiContext } from '../api/index.ts'
import { authorization, extensions, operations } from '../api/index.ts'
import type { Catalog } from '../catalog/index.ts'
import { jobs, openCatalog, ownFolder, vaults } from '../catalog/index.ts'
import type { FileHold } from '../jobs/index.ts'
import { MemoryProgressBoard } from '../jobs/index.ts'
import { defaultKeyArn } from '../keys/index.ts'
import { Answer, type Limits, ResetPermit, type VaultId } from '../model/index.ts'
import type { HttpServer } from '../server/index.ts'
import { startHttp } from '../server/index.ts'
import type { Clock, Log } from '../world/index.ts'
import { openLog, roomAt, systemRandom } from '../world/index.ts'
import { type Arrangement, arrange, type ServerOptions } from './arrangement.ts'
import { checkCatalog, checkCatalogFile } from './catalog-check.ts'
import type { DataFolder } from './data-folder.ts'
import { emptyDataFolder } from './data-folder.ts'
import { declareResources } from './declared-resources.ts'
import { DevClock } from './dev-clock.ts'
import { openDriver } from './directories.ts'
import { openIncarnation } from './incarnation.ts'
import { readLimits, writeLimits } from './limits-file.ts'
import type { WorkerSettings } from './messages.ts'
import { mustHaveRoom } from './rooms.ts'
import { sayError } from './say-error.ts'
import type { ByteWorker } from './worker.ts'
import { startWorker } from './worker.ts'

export interface RunningServer {
  readonly url: string
  readonly dataDir: string
  /** Serves no more, lets jobs reach a point where they can go on, lets the folder go. */
  close(): Promise<void>
}

/**
 * Resolves when the server answers. Throws FolderInUse when another process has the folder,
 * CatalogForeign, RegionUndeclared, and Trouble.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const arrangement = arrange(options)
  const { data, remove } = arrangement
  const owner = ownFolder({ folder: data.folder })
  const log = openLog(arrangement.logLevel, sayError)
  const engineRoom = new EngineRoom(arrangement, log)
  try {
    await engineRoom.start()
    const http = await serve(engineRoom, arrangement, log)
    return {
      url: http.url,
      dataDir: data.folder,
      async close() {
        await http.close()
        await engineRoom.stop()
        owner.release()
        remove()
      },
    }
  } catch (error) {
    await engineRoom.stop()
    owner.release()
    remove()
    throw error
  }
}

/** Catalog, worker and progress of one data folder; started again by a reset. */
class EngineRoom {
  readonly board = new MemoryProgressBoard()
  /** Of the vaults whose lock is in force. */
  readonly fileHolds = new Map<VaultId, FileHold>()
  readonly #arrangement: Arrangement
  readonly #data: DataFolder
  readonly #log: Log
  /** What is the matter with stores, by their names. */
  readonly storeTroubles = new Map<string, string>()
  readonly #settings: Omit<WorkerSettings, 'limits' | 'incarnation'>
  readonly #clock: DevClock
  #limits: Limits
  #running: { catalog: Catalog; worker: ByteWorker } | undefined
  #death: Error | undefined

  constructor(arrangement: Arrangement, log: Log) {
    const { data, restoreRoots, quotas, logLevel, putLog, declaredIdentities } = arrangement
    this.#arrangement = arrangement
    this.#data = data
    this.#log = log
    this.#limits = readLimits(data) ?? arrangement.limits
    this.#clock = new DevClock(data, { isMovable: arrangement.dev })
    this.#settings = {
      raisesFaults: arrangement.dev,
      ownsStores: arrangement.dev,
      holdsFiles: arrangement.holdsFiles,
      clockOffset: this.#clock.offset,
      data,
      restoreRoots,
      quotas,
      logLevel,
      ...(putLog === undefined ? {} : { putLog }),
      ...(declaredIdentities === undefined ? {} : { identities: declaredIdentities }),
    }
  }

  get catalog(): Catalog {
    return this.#parts().catalog
  }

  get worker(): ByteWorker {
    return this.#parts().worker
  }

  get clock(): Clock {
    return this.#clock.clock
  }

  /** How far the clock is from real time, in milliseconds. */
  get clockMovedMs(): number {
    return this.#clock.movedMs
  }

  /** Moves the clock of both threads; what is due then is looked at now. */
  async moveClock(movedMs: number): Promise<void> {
    const isBack = movedMs < this.clockMovedMs
    this.#clock.move(movedMs)
    if (isBack) {
      await this.catalog.transaction((tx) => jobs.forgetWaits(tx, this.clock.now()))
    }
    this.worker.wake()
  }

  get limits(): Limits {
    return this.#limits
  }

  /** Durable, and holds for what runs too. */
  setLimits(limits: Limits): void {
    writeLimits(this.#data, limits)
    this.#limits = limits
    this.worker.setLimits(limits)
  }

  /** Why no work is done, if so. */
  get trouble(): string | undefined {
    // Who asks has shown no key: what happened, and where, is in the log.
    if (this.#death) return 'the worker thread died; start the server again'
    return this.#running ? undefined : 'starting'
  }

  async start(): Promise<void> {
    checkCatalogFile(this.#data)
    const room = () => roomAt(this.#data.folder)
    const catalog = await openCatalog({ file: this.#data.catalogFile, room })
    try {
      await checkCatalog(catalog, this.#data)
    } catch (error) {
      await catalog.close()
      throw error
    }
    // This process owns the folder, so a lease still on a job is that of a process that died.
    await catalog.transaction((tx) => jobs.releaseLeases(tx))
    const { resources } = this.#arrangement
    if (resources) await declareResources(catalog, resources, this.clock.now())
    this.storeTroubles.clear()
    const incarnation = await openIncarnation(catalog, this.#data.catalogFile)
    const worker = await startWorker(
      { ...this.#settings, limits: this.#limits, incarnation },
      {
        onProgress: (jobId, progress) => this.board.post(jobId, progress),
        onHeld: (vaultId, hold) => this.fileHolds.set(vaultId, hold),
        onStore: (place, trouble) => {
          if (trouble === undefined) this.storeTroubles.delete(place)
          else this.storeTroubles.set(place, trouble)
        },
        onDeath: (error) => {
          this.#death = error
          this.#log.error({ error }, 'the worker thread died; start the server again')
        },
      },
    )
    this.#running = { catalog, worker }
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.worker.stop()
    await running?.catalog.close()
  }

  /** Throws an Answer while a lock in force keeps what would be lost. */
  async reset(): Promise<void> {
    const locked = await this.catalog.read((tx) => vaults.locked(tx))
    const permit = ResetPermit.of({
      isKept: this.#arrangement.isKept,
      locked: locked.flatMap(({ name, lock }) => (lock ? [{ name, lock }] : [])),
      now: this.clock.now(),
    })
    if (!(permit instanceof ResetPermit)) throw new Answer(permit)
    await this.stop()
    emptyDataFolder(this.#data, permit)
    this.#limits = readLimits(this.#data) ?? this.#arrangement.limits
    this.#clock.move(0)
    await this.start()
  }

  #parts(): { catalog: Catalog; worker: ByteWorker } {
    if (!this.#running) throw new Error('the server is starting or stopping')
    return this.#running
  }
}

async function serve(
  engineRoom: EngineRoom,
  arrangement: Arrangement,
  log: Log,
): Promise<HttpServer> {
  return startHttp({
    ...arrangement.listening,
    authentication: arrangement.authentication,
    context: apiContext(engineRoom, arrangement),
    authorize: authorization,
    operations,
    extensions,
    health: async () => {
      const reason = engineRoom.trouble
      if (reason !== undefined) return { ready: false, reason }
      // The others are served: whether one store is enough is for whoever asks to say.
      const troubles = [...engineRoom.storeTroubles.values()]
      return troubles.length === 0 ? { ready: true } : { ready: true, troubles }
    },
    metrics: {
      jobs: () => engineRoom.catalog.read((tx) => jobs.countByState(tx)),
      bytes: () => {
        const { bytesRead, bytesStored, bytesReused } = engineRoom.board.totals()
        return { read: bytesRead, copied: bytesStored, reused: bytesReused }
      },
    },
    log,
    // What policies and clients are told of the time follows the clock that dev can move.
    clock: engineRoom.clock,
  })
}

function apiContext(engineRoom: EngineRoom, arrangement: Arrangement): ApiContext {
  const driver = openDriver(arrangement.data)
  return {
    get catalog() {
      return engineRoom.catalog
    },
    identities: arrangement.identities,
    quotas: arrangement.quotas,
    clock: engineRoom.clock,
    random: systemRandom,
    progress: engineRoom.board,
    vaultMaker: {
      defaultKeyArn,
      create: (vault) => engineRoom.worker.makeVault(vault),
      rotateKey: (vaultId, keyArn) => engineRoom.worker.rotateKey(vaultId, keyArn),
    },
    wake: (kind) => engineRoom.worker.wake(kind),
    mustHaveRoom: () => mustHaveRoom(arrangement.data),
    limits: {
      now: () => engineRoom.limits,
      isManager: arrangement.isManager,
      set: (limits) => engineRoom.setLimits(limits),
    },
    factsDurable: (vaultId) => engineRoom.worker.factsDurable(vaultId),
    fileHold: (vaultId) => engineRoom.fileHolds.get(vaultId),
    checkResource: (path) => driver.check({ path }),
    ...(arrangement.dev ? { dev: devPowers(engineRoom) } : {}),
  }
}

function devPowers(engineRoom: EngineRoom): NonNullable<ApiContext['dev']> {
  return {
    reset: () => engineRoom.reset(),
    clockMovedMs: () => engineRoom.clockMovedMs,
    moveClock: (movedMs) => engineRoom.moveClock(movedMs),
  }
}
