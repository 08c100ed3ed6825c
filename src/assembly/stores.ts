// The stores of a server: each opened when it is first needed, and only when it is the catalog's
// own. One that is not there, or is another, is a trouble of its own: what needs it waits, nothing
// is written there, the others go on, and it is looked for again until it is back.

import { stores as storeRows } from '../catalog/index.ts'
import type { VaultFiles } from '../jobs/index.ts'
import { DiskFull, Trouble } from '../model/index.ts'
import type { DiskStore, ObjectStore } from '../store/index.ts'
import type { Clock, Disk, Log } from '../world/index.ts'
import type { DataFolder } from './data-folder.ts'
import { coldRoot, mustColdRoot, storeRoot } from './data-folder.ts'
import { checkStore, namedPlace, type Ownership, StoreUnavailable } from './store-check.ts'

type Place = storeRows.StorePlace

export interface StoresOptions extends Ownership {
  readonly data: DataFolder
  readonly disk: Disk
  readonly clock: Clock
  readonly log: Log
  /** Opens what lies at `root`; makes it only where that is asked for. */
  open(root: string, how: { readonly make: boolean; readonly called: string }): Promise<DiskStore>
  /** The store as it is handed out. */
  front(store: DiskStore, root: string): ObjectStore
  /** Is told when a store cannot be used, and when it can be again. */
  tell(place: string, trouble: string | undefined): void
  /** Something was not there and is back. */
  onBack(): Promise<void>
}

interface Opened {
  readonly inner: DiskStore
  readonly store: ObjectStore
  /** Which folder it is, whatever has its path later. */
  readonly folder: string
}

const LOOK_AGAIN_MS = 5_000

export class Stores {
  readonly #options: StoresOptions
  readonly #opened = new Map<string, Promise<Opened>>()
  readonly #troubled = new Map<string, Place>()

  constructor(options: StoresOptions) {
    this.#options = options
  }

  /** The store of a vault. Throws StoreUnavailable, RegionUndeclared, Trouble. */
  of({ region, type }: Parameters<VaultFiles['storeOf']>[0]): Promise<ObjectStore> {
    return this.#use({ region, isCold: type === 'COLD_PART' }, { check: false })
  }

  /** Compares the store with the catalog once more: before what cannot be undone. */
  async confirm({ region, type }: Parameters<VaultFiles['storeOf']>[0]): Promise<void> {
    await this.#use({ region, isCold: type === 'COLD_PART' }, { check: true })
  }

  /** Looks at all stores that the catalog knows; those in trouble are told. */
  async look(): Promise<void> {
    const { catalog, log } = this.#options
    for (const place of await catalog.read((tx) => storeRows.places(tx))) {
      if (place.isCold && coldRoot(this.#options.data, place.region) === undefined) continue
      await this.#use(place, { check: true }).catch((error: unknown) => {
        if (!(error instanceof Trouble)) log.error({ error }, 'a store cannot be looked at')
      })
    }
  }

  /** Looks for those in trouble again, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, log, onBack } = this.#options
    while (!signal.aborted) {
      await clock.sleep(LOOK_AGAIN_MS, signal)
      const before = this.#troubled.size
      for (const place of [...this.#troubled.values()]) {
        if (signal.aborted) return
        await this.#use(place, { check: true }).catch(() => undefined)
      }
      if (this.#troubled.size >= before) continue
      await onBack().catch((error: unknown) => log.error({ error }, 'who waited is not told'))
    }
  }

  async #use(place: Place, { check }: { readonly check: boolean }): Promise<ObjectStore> {
    const root = this.#rootOf(place)
    try {
      const opened = await this.#open(place, root)
      if (check) await checkStore(this.#options, place, opened.inner)
      this.#isWell(place)
      return opened.store
    } catch (error) {
      this.#opened.delete(root)
      // It is the catalog's own: whoever deletes there can use it.
      if (error instanceof DiskFull) throw error
      if (error instanceof Trouble) throw this.#troubleOf(place, root, error)
      throw error
    }
  }

  /** The store that was opened, while its folder is the one it was; else what is there now. */
  async #open(place: Place, root: string): Promise<Opened> {
    const known = this.#opened.get(root)
    if (known && (await known).folder === (await this.#folderAt(root))) return known
    const again = this.#opened.get(root)
    // Somebody else found it to be another one before us, and opens it.
    if (again && again !== known) return again
    const opening = this.#openAnew(place, root)
    this.#opened.set(root, opening)
    return opening
  }

  async #openAnew(place: Place, root: string): Promise<Opened> {
    const { catalog, open, front } = this.#options
    const folder = await this.#folderAt(root)
    const isExpected = await catalog.read(async (tx) => {
      const isKnown = (await storeRows.idAt(tx, place)) !== undefined
      return isKnown || (await storeRows.placed(tx, place)).length > 0
    })
    if (folder === undefined && isExpected) {
      throw new StoreUnavailable(place, 'its folder is gone; is its disk mounted?')
    }
    const called = `the ${namedPlace(place)}`
    const inner = await open(root, { make: folder === undefined, called })
    await checkStore(this.#options, place, inner)
    // The folder is this process's: what is unfinished in it is nobody's any more.
    await inner.removeStrays()
    return { inner, store: front(inner, root), folder: (await this.#folderAt(root)) ?? '' }
  }

  async #folderAt(root: string): Promise<string | undefined> {
    const facts = await this.#options.disk.stat(root)
    return facts?.kind === 'folder' ? `${facts.device}:${facts.inode}` : undefined
  }

  #rootOf({ region, isCold }: Place): string {
    const { data } = this.#options
    return isCold ? mustColdRoot(data, region) : storeRoot(data, region)
  }

  #isWell(place: Place): void {
    const name = namedPlace(place)
    if (!this.#troubled.delete(name)) return
    this.#options.log.info({ store: name }, 'a store can be used again')
    this.#options.tell(name, undefined)
  }

  /** Told once, until the store is well again. What a caller may see names no path. */
  #troubleOf(place: Place, root: string, error: Trouble): StoreUnavailable {
    const trouble =
      error instanceof StoreUnavailable
        ? error
        : new StoreUnavailable(place, 'its folder cannot be read; see the log of the server', {
            cause: error,
          })
    const name = namedPlace(place)
    if (!this.#troubled.has(name)) {
      const { log, tell } = this.#options
      log.error({ store: name, root, reason: error.message }, 'a store cannot be used; jobs wait')
      tell(name, trouble.message)
    }
    this.#troubled.set(name, place)
    return trouble
  }
}
