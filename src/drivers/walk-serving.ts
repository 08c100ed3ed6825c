// Walks for a reading on another thread: hands over batches of findings as it is asked for them. A
// folder stays open until the reading is done with every file that it may reach through it, so that
// nobody can put another in its place meanwhile.

import { Answer, Trouble } from '../model/index.ts'
import type { Port, Tree } from '../world/index.ts'
import type { Finding, WalkRequest } from './finding.ts'
import { FindingBatch } from './finding-batch.ts'
import { findingsOf } from './folder-walk.ts'
import type { FromWalk, ToWalk, WalkError } from './walk-aside.ts'

/** Serves one walk through `tree` to the other end of `line`. */
export function serveWalk(line: Port<FromWalk, ToWalk>, tree: Tree): void {
  let walk: ServedWalk | undefined
  line.listen({
    message(message) {
      if (message.type === 'begin') walk = new ServedWalk(line, tree, message.request)
      else if (message.type === 'more') walk?.more(message.done)
      else {
        walk?.close()
        line.close()
      }
    },
    end: () => walk?.close(),
  })
}

class ServedWalk {
  readonly #line: Port<FromWalk, ToWalk>
  readonly #folders: HeldFolders
  readonly #findings: Iterator<Finding>
  readonly #batch = new FindingBatch()
  #batches = 0
  #isOver = false

  constructor(line: Port<FromWalk, ToWalk>, tree: Tree, request: WalkRequest) {
    this.#line = line
    this.#folders = new HeldFolders(tree)
    this.#findings = findingsOf(this.#folders.tree, request)[Symbol.iterator]()
  }

  more(done: number): void {
    this.#folders.release(done)
    if (this.#isOver) return
    try {
      this.#batches += 1
      this.#folders.batch = this.#batches
      this.#isOver = this.#fill()
      const findings = this.#batch.take()
      this.#line.post({ type: 'batch', findings }, [findings])
      if (this.#isOver) this.#line.post({ type: 'ended' })
    } catch (error) {
      this.#isOver = true
      this.#line.post({ type: 'failed', error: toldOf(error) })
    }
  }

  close(): void {
    this.#isOver = true
    this.#findings.return?.()
    this.#folders.release(this.#batches)
  }

  /** Says whether there is no more. */
  #fill(): boolean {
    while (!this.#batch.isFull && !this.#folders.areMany) {
      const next = this.#findings.next()
      if (next.done) return true
      this.#batch.add(next.value)
      if (next.value.skipped === undefined && next.value.stat.kind === 'file') {
        this.#folders.files += 1
      }
    }
    return false
  }
}

/** A batch ends when so many folders must stay open for it. */
const HELD_IN_BATCH_MAX = 32

/** A tree whose folders close late: not before the batches that lean on them are done with. */
class HeldFolders {
  readonly tree: Tree
  /** The number of the batch that is being filled. */
  batch = 0
  /** How many files were found so far: these are what is reached through open folders. */
  files = 0
  readonly #close: (folder: number) => void
  /** Open folders, with the number of files found before they were opened. */
  readonly #open = new Map<number, number>()
  /** Left and still open, with the last batch that may lean on each. */
  readonly #held: { readonly folder: number; readonly batch: number }[] = []

  constructor(tree: Tree) {
    this.#close = (folder) => tree.close(folder)
    this.tree = {
      ...tree,
      openFolder: (path) => {
        const folder = tree.openFolder(path)
        this.#open.set(folder, this.files)
        return folder
      },
      close: (folder) => this.#leave(folder),
    }
  }

  /** Whether so many are held for this batch that it should end. */
  get areMany(): boolean {
    const before = this.#held[this.#held.length - HELD_IN_BATCH_MAX]
    return before !== undefined && before.batch === this.batch
  }

  /** Closes what only the first `done` batches leaned on. */
  release(done: number): void {
    const kept = this.#held.findIndex(({ batch }) => batch > done)
    const released = this.#held.splice(0, kept === -1 ? this.#held.length : kept)
    for (const { folder } of released) this.#close(folder)
  }

  #leave(folder: number): void {
    const filesBefore = this.#open.get(folder)
    this.#open.delete(folder)
    if (filesBefore === this.files) this.#close(folder)
    else this.#held.push({ folder, batch: this.batch })
  }
}

function toldOf(error: unknown): WalkError {
  if (error instanceof Answer) return { failure: error.failure }
  if (error instanceof Trouble) return { trouble: error.message, retryable: error.retryable }
  return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
