// The thread that moves bytes: it alone opens stores and keys, claims jobs and runs them. Started
// by `worker.ts`; ends when told to stop, after its jobs have let go.

import { appendFileSync } from 'node:fs'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { devIdentities } from '../access/index.ts'
import { jobs, openCatalog } from '../catalog/index.ts'
import { identitiesOf } from '../config/index.ts'
import type { JobContext, VaultFiles } from '../jobs/index.ts'
import {
  clearUp,
  FactsWriter,
  FileHolds,
  finishRotations,
  finishVaults,
  jobRunners,
  LifecycleWatch,
  makeVault,
  rotateKey,
  Throttle,
} from '../jobs/index.ts'
import { openKeyring } from '../keys/index.ts'
import { Answer, DiskFull } from '../model/index.ts'
import { countingStore, hashAside, openDiskStore, throttledStore } from '../store/index.ts'
import {
  createVaultFiles,
  deleteVaultFiles,
  openVault,
  packAside,
  rotateVaultKey,
} from '../vault/index.ts'
import {
  movableClock,
  openLog,
  realDisk,
  roomAt,
  systemClock,
  systemRandom,
} from '../world/index.ts'
import { coldRoot } from './data-folder.ts'
import { openDriver } from './directories.ts'
import { type Engines, startEngines } from './engines.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts'
import { roomsOf } from './rooms.ts'
import { sayError } from './say-error.ts'
import { sideThread } from './side.ts'
import { StoreUnavailable } from './store-check.ts'
import { storeDisk } from './store-disk.ts'
import { Stores } from './stores.ts'

const settings = workerData as WorkerSettings
const { data } = settings
const tell = (message: FromWorker) => parentPort?.postMessage(message)
const clock = movableClock(systemClock, settings.clockOffset)
const throttle = new Throttle(clock, settings.limits)
const side = sideThread()
const readBackAside = hashAside(() => side.open('hash'))

/** What is done when a store is back. */
let whenBack = async (): Promise<void> => undefined

work()

async function work(): Promise<void> {
  const room = () => roomAt(data.folder)
  const catalog = await openCatalog({ file: data.catalogFile, room })
  const context = await openContext(catalog)
  await context.stores.look()
  await finishVaults(context)
  await finishRotations(context)
  const engine = startEngines({
    catalog,
    clock,
    log: context.log,
    owner: `thread-${threadId}-${systemRandom.uuid()}`,
    runners: jobRunners(context),
    clearUp: (claim) => clearUp(context, claim),
    copiesAtOnce: () => throttle.limits.copies,
    quotas: settings.quotas,
  })
  context.facts.start()
  const lifecycles = new LifecycleWatch(context, () => engine.wake())
  lifecycles.start()
  const holds = new FileHolds(context, (vaultId, hold) => tell({ type: 'held', vaultId, hold }))
  if (settings.holdsFiles) holds.start()
  const closing = new AbortController()
  const watching = context.stores.watch(closing.signal)
  whenBack = async () => {
    await finishVaults(context)
    await catalog.transaction((tx) => jobs.forgetWaits(tx, clock.now()))
    context.facts.wake()
    engine.wake()
  }
  parentPort?.on('message', (message: ToWorker) => {
    void hear(message, {
      engine,
      context,
      lifecycles,
      holds,
      closing,
      watching,
      end: () => catalog.close(),
    })
  })
  tell({ type: 'ready' })
}

type ThreadContext = JobContext & { readonly facts: FactsWriter; readonly stores: Stores }
async function openContext(catalog: JobContext['catalog']): Promise<ThreadContext> {
  const keys = await openKeyring({ folder: data.keyring, disk: realDisk, random: systemRandom })
  const world = { clock, random: systemRandom, log: openLog(settings.logLevel, sayError) }
  const stores = openStores(catalog, world.log)
  const vaults = vaultFiles(keys, stores)
  return {
    ...world,
    stores,
    catalog,
    keys,
    vaults,
    identities: settings.identities ? identitiesOf(settings.identities) : devIdentities,
    facts: new FactsWriter({ ...world, catalog, vaults }),
    drivers: {
      directory: openDriver(data, side),
    },
    throttle,
    rooms: roomsOf(data),
    hasColdStore: (region) => coldRoot(data, region) !== undefined,
    raisesFaults: settings.raisesFaults,
    restoreRoots: settings.restoreRoots,
    report: (jobId, progress) => tell({ type: 'progress', jobId, progress }),
  }
}

function vaultFiles(keys: JobContext['keys'], stores: Stores): VaultFiles {
  const storeOf: VaultFiles['storeOf'] = (vault) => stores.of(vault)
  const packing = packAside(() => side.open('pack'))
  return {
    create: async (vault, chunkingKey) =>
      createVaultFiles({
        store: await storeOf(vault),
        vaultId: vault.id,
        keys,
        keyArn: vault.keyArn,
        chunkingKey,
        random: systemRandom,
      }),
    open: async (vault, admission) => {
      const whole = await storeOf(vault)
      const store = admission ? throttledStore(whole, admission) : whole
      return openVault({ store, vaultId: vault.id, keys, packing })
    },
    rotateKey: async (vault, keyArn) =>
      rotateVaultKey({
        store: await storeOf(vault),
        vaultId: vault.id,
        keys,
        random: systemRandom,
        keyArn,
      }),
    storeOf,
    confirm: (vault) => stores.confirm(vault),
    remove: async (vault, permit) => {
      await stores.confirm(vault)
      await deleteVaultFiles({ store: await storeOf(vault), permit })
    },
  }
}

function openStores(catalog: JobContext['catalog'], log: JobContext['log']): Stores {
  const { putLog, incarnation, ownsStores } = settings
  return new Stores({
    ...{ catalog, log, data, incarnation, ownsStores, clock: systemClock },
    random: systemRandom,
    disk: storeDisk,
    open: (root, how) =>
      openDiskStore({
        ...{ root, ...how, disk: storeDisk, random: systemRandom, hashAside: readBackAside },
      }),
    front: (store, root) =>
      putLog === undefined
        ? store
        : countingStore(store, (name) => appendFileSync(putLog, `${root} ${name}\n`)),
    tell: (place, trouble) => tell({ type: 'store', place, trouble }),
    onBack: () => whenBack(),
  })
}

async function hear(
  message: ToWorker,
  worker: {
    readonly engine: Engines
    readonly context: ThreadContext
    readonly lifecycles: LifecycleWatch
    readonly holds: FileHolds
    readonly closing: AbortController
    readonly watching: Promise<void>
    end(): Promise<void>
  },
): Promise<void> {
  switch (message.type) {
    case 'wake':
      // Who asks for a job changes no fact, lifecycle or lock: it need not wait for those.
      if (message.kind) return worker.engine.wake(message.kind)
      worker.context.facts.wake()
      worker.lifecycles.wake()
      worker.holds.wake()
      return worker.engine.wake()
    case 'limits':
      throttle.set(message.limits)
      return worker.engine.wake()
    case 'make vault':
      return answer(message.call, makeVault(worker.context, message.vault))
    case 'rotate key':
      return answer(message.call, rotateKey(worker.context, message))
    case 'write facts':
      return answer(message.call, worker.context.facts.durable(message.vaultId))
    case 'stop':
      worker.closing.abort()
      await worker.watching
      await worker.lifecycles.stop()
      await worker.holds.stop()
      await worker.engine.stop()
      await worker.context.facts.stop()
      await side.stop()
      await worker.end()
      parentPort?.close()
  }
}

async function answer(call: number, work: Promise<void>): Promise<void> {
  try {
    await work
    tell({ type: 'call done', call })
  } catch (error) {
    if (error instanceof StoreUnavailable) {
      const refused = { code: 'StoreUnavailable', region: error.place.region } as const
      tell({ type: 'call done', call, refused })
    } else if (error instanceof DiskFull) {
      tell({ type: 'call done', call, refused: { code: 'DiskFull', of: error.of } })
    } else if (error instanceof Answer) tell({ type: 'call done', call, refused: error.failure })
    else tell({ type: 'call failed', call, reason: String(error) })
  }
}
