// Has files made by another thread: contents go there in memory that changes hands, with word of the
// files they belong to, and come back empty. There is only so much of that memory, so nobody is far
// ahead of the disk.

import { Trouble } from '../model/index.ts'
import { errnoOf, type Port } from '../world/index.ts'
import type { FileFacts, FileMaking, MakingTarget } from './file-making.ts'
import type { SettingWarning } from './restored-settings.ts'

/** What is to be known of the restore. */
export interface MakingRequest {
  /** The path of the staging folder. */
  readonly staging: Uint8Array
  /** A folder on the target's file system, to write that back by. */
  readonly target: string
  readonly hasDisk: boolean
}

/** Of one file, what a batch holds; its bytes follow those of the file before. */
export interface FilePart {
  readonly number: number
  /** Absent when an earlier batch began it. */
  readonly facts: FileFacts | undefined
  /** Offset in the file and length of each piece, in turns. */
  readonly pieces: number[]
  isEnded: boolean
}

/** What who has files made says. */
export type ToMaker =
  /** Once, first. */
  | { readonly type: 'begin'; readonly request: MakingRequest }
  | {
      readonly type: 'files'
      readonly parts: readonly FilePart[]
      readonly content: Uint8Array<ArrayBuffer>
    }
  | { readonly type: 'flush' }
  /** No more is wanted. The other side closes everything, then the line. */
  | { readonly type: 'leave' }

/** What who makes them says. After `failed` nothing but the end of the line. */
export type FromMaker =
  | { readonly type: 'spent'; readonly content: Uint8Array<ArrayBuffer> }
  | { readonly type: 'durable'; readonly files: number }
  | { readonly type: 'warned'; readonly number: number; readonly what: SettingWarning }
  | { readonly type: 'flushed' }
  | { readonly type: 'failed'; readonly number: number | undefined; readonly error: MakingError }

/** An error as it passes between threads: one of the file system, or a bug. */
export type MakingError =
  | { readonly code: string; readonly errno: number | undefined; readonly message: string }
  | { readonly bug: string }

/** The restore's end of a line to who makes files. */
export type MakingLine = Port<ToMaker, FromMaker>

/** Bytes of content and files in a batch. */
const BATCH_BYTES = 1024 * 1024
const BATCH_FILES_MAX = 64
/** Batches that are being filled, on their way or worked at. */
const BATCHES_MAX = 3

export class MakingAside implements FileMaking {
  readonly #line: MakingLine
  readonly #target: MakingTarget
  readonly #end = Promise.withResolvers<void>()
  /** The files begun that are not known to be durable, in order. */
  #begun: number[] = []
  #parts: FilePart[] = []
  /** Where contents go, once there is such memory. */
  #content: Uint8Array<ArrayBuffer> | undefined
  #used = 0
  readonly #idle = Array.from({ length: BATCHES_MAX }, () => new Uint8Array(BATCH_BYTES))
  /** Heard and not told yet. */
  #durable = 0
  #isFlushed = false
  #failure: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(line: MakingLine, request: MakingRequest, target: MakingTarget) {
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

  begin(number: number, facts: FileFacts): undefined {
    this.#tell()
    const { mode, uid, gid, mtimeNs, sizeBytes } = facts
    const known = { mode, uid, gid, mtimeNs, sizeBytes }
    this.#begun.push(number)
    this.#parts.push({ number, facts: known, pieces: [], isEnded: false })
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
    this.#part().isEnded = true
    return this.#parts.length < BATCH_FILES_MAX ? undefined : this.#send()
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
    const last = this.#parts.at(-1)
    if (last) return last
    const number = this.#begun.at(-1)
    if (number === undefined) throw new Error('no file is being made')
    const part: FilePart = { number, facts: undefined, pieces: [], isEnded: false }
    this.#parts.push(part)
    return part
  }

  /** A batch takes its memory along even when it is empty, or files without content had no bound. */
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
    else if (message.type === 'durable') this.#durable += message.files
    else if (message.type === 'warned') this.#target.warned(message.number, message.what)
    else if (message.type === 'flushed') this.#isFlushed = true
    else {
      const error = this.#target.failed(message.number, errorOf(message.error))
      this.#failure ??= { error }
    }
  }

  /** Passes on what was heard meanwhile. */
  #tell(): void {
    if (this.#durable > 0) {
      const durable = this.#begun.splice(0, this.#durable)
      this.#durable = 0
      for (const number of durable) this.#target.durable(number)
    }
    if (this.#failure) throw this.#failure.error
  }
}

function lineEnded(): Trouble {
  return new Trouble('The thread that makes files ended before they were made.', {
    retryable: true,
  })
}

/** As it is posted. */
export function postedError(error: unknown): MakingError {
  const code = errnoOf(error)
  if (code === undefined) {
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
  const { errno, message } = error as NodeJS.ErrnoException
  return { code, errno, message }
}

function errorOf(error: MakingError): Error {
  if ('bug' in error) return new Error(`the thread that makes files failed: ${error.bug}`)
  return Object.assign(new Error(error.message), error)
}
