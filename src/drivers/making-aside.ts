// Has files made by another thread: contents go there in memory that changes hands, with word of
// the files they belong to, and come back empty. There is only so much of that memory, so nobody is
// far ahead of the disk.

import { Trouble } from '../model/index.ts'
import { errorOfPosted, type Port, type PostedError } from '../world/index.ts'
import type { FileMaking, MakingTarget, NewFileFacts } from './file-making.ts'
import { asText } from './raw-path.ts'
import type { SettingWarning } from './restored-settings.ts'

/** Whoever makes files on another thread throws errors later than at the calls they are of. */
export interface MakingAsideTarget extends MakingTarget {
  /** What an error that the file met, or none alone, is to be told as. */
  failed(number: number | undefined, error: unknown): unknown
}

/** What is to be known of the restore. */
export interface MakingRequest {
  /** The path of the staging folder. */
  readonly staging: Uint8Array
  /** A folder on the target's file system, to write that back by. */
  readonly target: string
  readonly hasDisk: boolean
  readonly openFilesMax: number
}

/** A character for each byte: of bytes all the memory would be copied that they are a part of. */
type PostedPath = string

/** Of one file, what a batch holds; its bytes follow those of the file before. */
export interface FilePart {
  readonly number: number
  /** Below the folder that was begun. */
  readonly within: PostedPath | undefined
  /** Absent when an earlier batch began it. */
  readonly facts: NewFileFacts | undefined
  /** Offset in the file and length of each piece, in turns. */
  readonly pieces: number[]
  isEnded: boolean
  /** It is ended without the file. */
  isDropped?: true
}

/** The begin of a folder, or its end; or a whole one below that. */
export interface FolderPart {
  readonly folder: number
  readonly within?: PostedPath | undefined
  readonly isEnded: boolean
}

export type MakingPart = FilePart | FolderPart

/** What who has files made says. */
export type ToMaker =
  /** Once, first. */
  | { readonly type: 'begin'; readonly request: MakingRequest }
  | {
      readonly type: 'files'
      readonly parts: readonly MakingPart[]
      readonly content: Uint8Array<ArrayBuffer>
    }
  | { readonly type: 'flush' }
  /** No more is wanted. The other side closes everything, then the line. */
  | { readonly type: 'leave' }

/** What who makes them says. After `failed` nothing but the end of the line. */
export type FromMaker =
  | { readonly type: 'spent'; readonly content: Uint8Array<ArrayBuffer> }
  | { readonly type: 'durable'; readonly count: number }
  | { readonly type: 'warned'; readonly number: number; readonly what: SettingWarning }
  | { readonly type: 'lost'; readonly number: number; readonly error: PostedError }
  | { readonly type: 'flushed' }
  | { readonly type: 'failed'; readonly number: number | undefined; readonly error: PostedError }

/** The restore's end of a line to who makes files. */
export type MakingLine = Port<ToMaker, FromMaker>

/** What is in a batch at most; parts are files, begins and ends of folders. */
const BATCH_BYTES = 1024 * 1024
const BATCH_PARTS_MAX = 64
/** Batches that are being filled, on their way or worked at. */
const BATCHES_MAX = 3

export class MakingAside implements FileMaking {
  readonly #line: MakingLine
  readonly #target: MakingAsideTarget
  readonly #end = Promise.withResolvers<void>()
  /** What is made and not known to be durable, in order. */
  #made: number[] = []
  #folder: number | undefined
  #file: FilePart | undefined
  #parts: MakingPart[] = []
  /** Where contents go, once there is such memory. */
  #content: Uint8Array<ArrayBuffer> | undefined
  #used = 0
  readonly #idle = Array.from({ length: BATCHES_MAX }, () => new Uint8Array(BATCH_BYTES))
  /** Heard and not told yet. */
  #durable = 0
  /** Heard and not told yet; and those that are never told to be durable. */
  #losses: { readonly number: number; readonly error: unknown }[] = []
  readonly #lost = new Set<number>()
  #isFlushed = false
  #failure: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(line: MakingLine, request: MakingRequest, target: MakingAsideTarget) {
    this.#line = line
    this.#target = target
    line.listen({
      message: (message) => {
        this.#hear(message)
        this.#wake?.()
      },
      end: () => {
        this.#failure ??= { error: lineEnded() }
        this.#end.resolve()
        this.#wake?.()
      },
    })
    line.post({ type: 'begin', request })
  }

  beginFolder(number: number, within?: Uint8Array): Promise<void> | undefined {
    if (within) this.#made.push(number)
    else this.#folder = number
    return this.#add({ folder: number, within: within && asText(within), isEnded: false })
  }

  endFolder(): Promise<void> | undefined {
    const folder = this.#folder
    if (folder === undefined) throw new Error('no folder is being made')
    this.#folder = undefined
    this.#made.push(folder)
    return this.#add({ folder, isEnded: true })
  }

  begin(number: number, facts: NewFileFacts, within?: Uint8Array): undefined {
    this.#tell()
    const { mode, uid, gid, mtimeNs, sizeBytes } = facts
    const known = { mode, uid, gid, mtimeNs, sizeBytes }
    const path = within && asText(within)
    this.#file = { number, within: path, facts: known, pieces: [], isEnded: false }
    this.#parts.push(this.#file)
  }

  write(bytes: Uint8Array, offset: number): Promise<void> | undefined {
    this.#tell()
    const { length } = bytes
    if (!this.#content || this.#used + length > BATCH_BYTES) return this.#writeOn(bytes, offset)
    this.#put(this.#content, bytes, offset)
    return undefined
  }

  end(): Promise<void> | undefined {
    this.#tell()
    const file = this.#part()
    file.isEnded = true
    this.#made.push(file.number)
    return this.#sendWhenFull()
  }

  drop(): Promise<void> | undefined {
    this.#tell()
    const file = this.#part()
    file.isEnded = true
    file.isDropped = true
    return this.#sendWhenFull()
  }

  async flush(): Promise<void> {
    if (this.#parts.length > 0) await this.#send()
    this.#isFlushed = false
    this.#line.post({ type: 'flush' })
    while (!this.#isFlushed) await this.#news()
    this.#tell()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#line.post({ type: 'leave' })
    await this.#end.promise
  }

  /** What does not fit into this batch goes on in the next. */
  async #writeOn(bytes: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      if (this.#used === BATCH_BYTES) await this.#send()
      const content = await this.#memory()
      const piece = bytes.subarray(done, done + BATCH_BYTES - this.#used)
      this.#put(content, piece, offset + done)
      done += piece.length
    }
  }

  #put(content: Uint8Array, bytes: Uint8Array, offset: number): void {
    content.set(bytes, this.#used)
    this.#used += bytes.length
    this.#part().pieces.push(offset, bytes.length)
  }

  /** The part of the file that is being made. */
  #part(): FilePart {
    const file = this.#file
    if (!file || file.isEnded) throw new Error('no file is being made')
    if (this.#parts.at(-1) === file) return file
    const { number } = file
    this.#file = { number, within: undefined, facts: undefined, pieces: [], isEnded: false }
    this.#parts.push(this.#file)
    return this.#file
  }

  #add(part: FolderPart): Promise<void> | undefined {
    this.#tell()
    this.#parts.push(part)
    return this.#sendWhenFull()
  }

  #sendWhenFull(): Promise<void> | undefined {
    return this.#parts.length < BATCH_PARTS_MAX ? undefined : this.#send()
  }

  /** Takes its memory along even when it is empty, or files without content had no bound. */
  async #send(): Promise<void> {
    const content = await this.#memory()
    this.#line.post({ type: 'files', parts: this.#parts, content }, [content.buffer])
    this.#content = undefined
    this.#used = 0
    this.#parts = []
  }

  async #memory(): Promise<Uint8Array<ArrayBuffer>> {
    while (!this.#content) {
      this.#content = this.#idle.pop()
      if (!this.#content) await this.#news()
    }
    return this.#content
  }

  /** Waits for the next message; throws when it is one of a failure. */
  async #news(): Promise<void> {
    if (!this.#failure) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#tell()
  }

  #hear(message: FromMaker): void {
    if (message.type === 'spent') this.#idle.push(message.content)
    else if (message.type === 'durable') this.#durable += message.count
    else if (message.type === 'warned') this.#target.warned(message.number, message.what)
    else if (message.type === 'flushed') this.#isFlushed = true
    else if (message.type === 'lost') {
      this.#losses.push({ number: message.number, error: errorOfPosted(message.error) })
    } else {
      const error = this.#target.failed(message.number, errorOfPosted(message.error))
      this.#failure ??= { error }
    }
  }

  /** Passes on what was heard meanwhile. */
  #tell(): void {
    for (const { number, error } of this.#losses.splice(0)) {
      this.#lost.add(number)
      this.#target.lost(number, error)
    }
    let told = 0
    while (this.#durable > 0) {
      const number = this.#made[told++] as number
      if (this.#lost.delete(number)) continue
      this.#durable -= 1
      this.#target.durable(number)
    }
    if (told > 0) this.#made.splice(0, told)
    if (this.#failure) throw this.#failure.error
  }
}

/** The bytes of a path that was posted. */
export const pathOfPosted = (path: PostedPath): Uint8Array => Buffer.from(path, 'latin1')

function lineEnded(): Trouble {
  return new Trouble('The thread that makes files ended before they were made.', {
    retryable: true,
  })
}
