// The catalog of a process that may die: it answers nothing afterwards, and before each of its
// transactions is a moment to die at, as before each call of the disk. So a death falls also
// between two transactions with nothing done on the disk between them.

import type { Catalog } from '../../src/catalog/index.ts'
import type { SimDisk } from '../sim/disk.ts'

/** What that moment is called among the calls. */
export const TRANSACTION = 'transaction'

const NEVER = new Promise<never>(() => undefined)

export class MortalCatalog implements Catalog {
  readonly #inner: Catalog
  readonly #disk: SimDisk
  #dead = false

  constructor(inner: Catalog, disk: SimDisk) {
    this.#inner = inner
    this.#disk = disk
    void disk.died.then(() => {
      this.#dead = true
    })
  }

  read: Catalog['read'] = (work) => (this.#dead ? NEVER : this.#answer(this.#inner.read(work)))

  transaction: Catalog['transaction'] = async (work) => {
    await this.#disk.beside(TRANSACTION)
    if (this.#dead) return NEVER
    // Its turn has come: those before it are kept, and it has changed nothing yet.
    return this.#answer(
      this.#inner.transaction((tx) => {
        this.#disk.watcher(TRANSACTION)
        return work(tx)
      }),
    )
  }

  // One that was under way at the death may be kept, but nobody hears of it.
  async #answer<T>(result: Promise<T>): Promise<T> {
    try {
      const answer = await result
      return this.#dead ? NEVER : answer
    } catch (error) {
      if (this.#dead) return NEVER
      throw error
    }
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
