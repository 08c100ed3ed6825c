// Makes files on this thread: written through a tree, a large one flushed as it grows, each given
// its settings, and flushed together with others.

import { errnoOf, type Tree } from '../world/index.ts'
import type { FileMaking, MakingTarget, NewFileFacts } from './file-making.ts'
import { FLUSH_AHEAD_BYTES, FlushAhead } from './flush-ahead.ts'
import { FlushBatch, type FlushWorld } from './flush-batch.ts'
import { lossOf } from './lost-entry.ts'
import { joinPath } from './raw-path.ts'
import { type FoundSettings, type SettingWarning, setOpen } from './restored-settings.ts'
import { OWN_FOLDER_MODE, type Staging } from './staged-files.ts'

/** The file that is being made. */
interface OpenFile {
  readonly number: number
  readonly facts: NewFileFacts
  readonly path: Uint8Array
  readonly fd: number
  readonly found: FoundSettings
  /** Of a large file on a disk. */
  readonly ahead: FlushAhead | undefined
  writtenEnd: number
}

/** What is made in a folder that was begun has its own name already, or its folder was lost. */
const isOfNameWithin = (error: unknown): boolean =>
  lossOf(error) !== undefined || errnoOf(error) === 'ENOENT'

export class FileMaker implements FileMaking {
  readonly #tree: Tree
  readonly #hasDisk: boolean
  readonly #staging: Staging
  readonly #target: MakingTarget
  readonly #batch: FlushBatch
  #folder: { readonly number: number; readonly path: Uint8Array } | undefined
  #file: OpenFile | undefined
  /** The file that was begun is lost; settled when nothing of it is left. */
  #lost: { readonly isGone: Promise<void> | undefined } | undefined

  constructor(world: FlushWorld, staging: Staging, target: MakingTarget) {
    this.#tree = world.tree
    this.#hasDisk = world.hasDisk
    this.#staging = staging
    this.#target = target
    this.#batch = new FlushBatch(world)
  }

  beginFolder(number: number, within?: Uint8Array): Promise<void> | undefined {
    const path = this.#pathOf(number, within)
    try {
      this.#tree.makeFolder(path, OWN_FOLDER_MODE)
    } catch (error) {
      if (!within || !isOfNameWithin(error)) throw error
      this.#target.lost(number, error)
      return undefined
    }
    if (within) return this.#batch.after(() => this.#target.durable(number))
    this.#folder = { number, path }
    return undefined
  }

  endFolder(): Promise<void> | undefined {
    const folder = this.#folder
    if (!folder) throw new Error('no folder is being made')
    this.#folder = undefined
    return this.#batch.after(() => this.#target.durable(folder.number))
  }

  /** Where no more files can be open, those go first that only wait for their flush. */
  begin(number: number, facts: NewFileFacts, within?: Uint8Array): Promise<void> | undefined {
    const path = this.#pathOf(number, within)
    const create = () => {
      const made = this.#staging.createFile(path, facts)
      const isLarge = this.#hasDisk && facts.sizeBytes > FLUSH_AHEAD_BYTES
      const ahead = isLarge ? new FlushAhead(this.#tree, made.fd) : undefined
      this.#file = { number, facts, path, ...made, ahead, writtenEnd: 0 }
    }
    try {
      create()
      return undefined
    } catch (error) {
      if (within && isOfNameWithin(error)) {
        this.#lost = { isGone: undefined }
        this.#target.lost(number, error)
        return undefined
      }
      if (errnoOf(error) !== 'EMFILE' && errnoOf(error) !== 'ENFILE') throw error
      return this.#batch.flush().then(create)
    }
  }

  write(bytes: Uint8Array, offset: number): undefined {
    if (this.#lost) return
    const file = this.#open()
    if (bytes.length === 0) return
    try {
      this.#tree.write(file.fd, bytes, offset)
      file.ahead?.wrote(bytes.length)
    } catch (error) {
      this.#lose(file, error)
    }
    file.writtenEnd = Math.max(file.writtenEnd, offset + bytes.length)
  }

  end(): Promise<void> | undefined {
    if (this.#lost) return this.#forget()
    const file = this.#open()
    return file.ahead ? this.#endLarge(file, file.ahead) : this.#close(file)
  }

  drop(): Promise<void> | undefined {
    if (!this.#lost) this.#remove(this.#open())
    return this.#forget()
  }

  flush(): Promise<void> {
    return this.#batch.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#forget()
    const file = this.#file
    this.#file = undefined
    await file?.ahead?.[Symbol.asyncDispose]()
    if (file) this.#tree.close(file.fd)
    await this.#batch[Symbol.asyncDispose]()
  }

  #open(): OpenFile {
    if (this.#file) return this.#file
    throw new Error('no file is being made')
  }

  #pathOf(number: number, within: Uint8Array | undefined): Uint8Array {
    if (!within) return this.#staging.path(number)
    if (this.#folder) return joinPath(this.#folder.path, within)
    throw new Error('no folder is being made')
  }

  /** Goes on without the file where the error is its own. */
  #lose(file: OpenFile, error: unknown): void {
    if (!lossOf(error)) throw error
    this.#remove(file)
    this.#target.lost(file.number, error)
  }

  #remove({ path, fd, ahead }: OpenFile): void {
    this.#file = undefined
    this.#tree.removeFile(path)
    // No file is closed while it is being flushed.
    const isGone = ahead?.[Symbol.asyncDispose]().then(() => this.#tree.close(fd))
    if (!isGone) this.#tree.close(fd)
    this.#lost = { isGone }
  }

  #forget(): Promise<void> | undefined {
    const isGone = this.#lost?.isGone
    this.#lost = undefined
    return isGone
  }

  async #endLarge(file: OpenFile, ahead: FlushAhead): Promise<void> {
    await ahead.end()
    await this.#close(file)
  }

  #close(file: OpenFile): Promise<void> | undefined {
    const { number, facts, fd } = file
    try {
      // The hole at the end; those in between came about by writing around them.
      if (file.writtenEnd < facts.sizeBytes) this.#tree.resize(fd, facts.sizeBytes)
      const warn = (what: SettingWarning) => this.#target.warned(number, what)
      setOpen({ tree: this.#tree, warn }, fd, facts, file.found)
    } catch (error) {
      this.#lose(file, error)
      return this.#forget()
    }
    this.#file = undefined
    const durable = () => this.#target.durable(number)
    return this.#batch.add(fd, { bytes: facts.sizeBytes, durable })
  }
}
