// Makes files for a restore on another thread, batch by batch in the order they come. What could
// not be made ends it: nothing more is made, and what is open is closed when the other side leaves.

import { type OpenWholeSync, type Port, postedError, type Tree } from '../world/index.ts'
import { FileMaker } from './file-maker.ts'
import type { MakingTarget } from './file-making.ts'
import { FolderCursor } from './folder-cursor.ts'
import type { FilePart, FromMaker, MakingPart, MakingRequest, ToMaker } from './making-aside.ts'
import { pathOfPosted } from './making-aside.ts'
import type { SettingWarning } from './restored-settings.ts'
import { Staging } from './staged-files.ts'

/** What files are made with. */
export interface MakingWorld {
  readonly tree: Tree
  readonly wholeSync?: OpenWholeSync
}

/** Serves one restore to the other end of `line`. */
export function serveMaking(line: Port<FromMaker, ToMaker>, world: MakingWorld): void {
  const served = new ServedMaking(line, world)
  line.listen({
    message: (message) => served.hear(message),
    end: () => served.hear({ type: 'leave' }),
  })
}

class ServedMaking implements MakingTarget {
  readonly #line: Port<FromMaker, ToMaker>
  readonly #world: MakingWorld
  readonly #leaving = new AbortController()
  readonly #open = new AsyncDisposableStack()
  #maker: FileMaker | undefined
  /** One message is worked at after the other. */
  #work: Promise<void> = Promise.resolve()
  /** The file that is being made. */
  #number: number | undefined
  #durable = 0

  constructor(line: Port<FromMaker, ToMaker>, world: MakingWorld) {
    this.#line = line
    this.#world = world
  }

  hear(message: ToMaker): void {
    if (message.type === 'leave') this.#leaving.abort()
    this.#work = this.#work.then(() => this.#answer(message))
  }

  durable(): void {
    this.#durable += 1
  }

  warned(number: number, what: SettingWarning): void {
    this.#line.post({ type: 'warned', number, what })
  }

  lost(number: number, error: unknown): void {
    this.#line.post({ type: 'lost', number, error: postedError(error) })
  }

  async #answer(message: ToMaker): Promise<void> {
    if (message.type === 'leave') return await this.#leave()
    if (this.#leaving.signal.aborted) return
    try {
      if (message.type === 'begin') this.#begin(message.request)
      else if (message.type === 'flush') await this.#flush()
      else await this.#make(message.parts, message.content)
    } catch (error) {
      this.#leaving.abort()
      this.#tell()
      this.#line.post({ type: 'failed', number: this.#number, error: postedError(error) })
    }
  }

  #begin({ staging: path, target, hasDisk, openFilesMax }: MakingRequest): void {
    const { tree, wholeSync } = this.#world
    const cursor = this.#open.use(new FolderCursor(tree, path))
    const whole = hasDisk ? wholeSync?.(target) : undefined
    if (whole) this.#open.use(whole)
    const writeBack = async () => {
      await whole?.sync(this.#leaving.signal)
    }
    const world = { tree, hasDisk, openFilesMax, writeBack }
    this.#maker = this.#open.use(new FileMaker(world, new Staging(tree, cursor), this))
  }

  async #make(parts: readonly MakingPart[], content: Uint8Array<ArrayBuffer>): Promise<void> {
    const maker = this.#maker
    if (!maker) throw new Error('nothing was begun')
    let used = 0
    for (const part of parts) {
      const making = this.#part(maker, part, content.subarray(used))
      if (making) await making
      if ('pieces' in part) used += bytesOf(part)
    }
    this.#number = undefined
    this.#line.post({ type: 'spent', content }, [content.buffer])
    this.#tell()
  }

  async #flush(): Promise<void> {
    await this.#maker?.flush()
    this.#tell()
    this.#line.post({ type: 'flushed' })
  }

  /** The bytes of a file's pieces are the first of `content`. */
  #part(maker: FileMaker, part: MakingPart, content: Uint8Array): Promise<void> | undefined {
    const within = part.within === undefined ? undefined : pathOfPosted(part.within)
    if ('folder' in part) {
      this.#number = part.folder
      return part.isEnded ? maker.endFolder() : maker.beginFolder(part.folder, within)
    }
    this.#number = part.number
    const beginning = part.facts && maker.begin(part.number, part.facts, within)
    if (beginning) return beginning.then(() => writePieces(maker, part, content))
    return writePieces(maker, part, content)
  }

  #tell(): void {
    if (this.#durable > 0) this.#line.post({ type: 'durable', count: this.#durable })
    this.#durable = 0
  }

  async #leave(): Promise<void> {
    // What closing meets is nobody's business any more.
    await this.#open.disposeAsync().catch(() => undefined)
    this.#line.close()
  }
}

function bytesOf({ pieces }: FilePart): number {
  let sizeBytes = 0
  for (let at = 1; at < pieces.length; at += 2) sizeBytes += pieces[at] as number
  return sizeBytes
}

function writePieces(
  maker: FileMaker,
  { pieces, isEnded, isDropped }: FilePart,
  content: Uint8Array,
): Promise<void> | undefined {
  let used = 0
  for (let at = 0; at < pieces.length; at += 2) {
    const [offset, sizeBytes] = [pieces[at] as number, pieces[at + 1] as number]
    maker.write(content.subarray(used, used + sizeBytes), offset)
    used += sizeBytes
  }
  if (!isEnded) return undefined
  return isDropped ? maker.drop() : maker.end()
}
