// Whether two trees are the same: names, kinds, contents byte for byte, modes, modification times
// to the microsecond, where symbolic links point, which names share a file. Memory is bounded by
// the longest folder and the number of hard links.

import type { FileFacts, Files } from '../../world/index.ts'

export interface Difference {
  /** Relative, as far as it can be shown. */
  readonly path: string
  readonly what: string
  /** The original was touched after `since`, so the difference may be its own doing. */
  readonly changedMeanwhile: boolean
}

export interface Comparison {
  readonly entries: number
  readonly bytes: number
  readonly differences: readonly Difference[]
  /** Sockets, pipes and devices of the original, which no backup holds. */
  readonly special: number
}

/** Beyond so many differences nobody reads on. */
const DIFFERENCES_MAX = 20
const BLOCK_BYTES = 1024 * 1024
/** What restored times may differ by. */
const MTIME_TOLERANCE_NS = 1_000n

/** So many blocks or entries are compared between two pauses. */
const STEPS_BETWEEN_PAUSES = 64

/**
 * Compares `copy` with `original`. `sinceMs` is when the backup of the original began; `pause` is
 * called now and then, and may end it by throwing.
 */
export async function compareTrees(
  files: Files,
  trees: { original: string; copy: string; sinceMs: number },
  pause: () => Promise<void>,
): Promise<Comparison> {
  const sinceNs = BigInt(Math.floor(trees.sinceMs)) * 1_000_000n
  const comparing = new Comparing(files, sinceNs, pause)
  await comparing.entry(Buffer.from(trees.original), Buffer.from(trees.copy), '.')
  return comparing
}

class Comparing implements Comparison {
  entries = 0
  bytes = 0
  special = 0
  readonly differences: Difference[] = []
  readonly #files: Files
  readonly #sinceNs: bigint
  readonly #linked = new Map<string, string>()
  readonly #left = Buffer.allocUnsafe(BLOCK_BYTES)
  readonly #right = Buffer.allocUnsafe(BLOCK_BYTES)

  readonly #pause: () => Promise<void>
  #steps = 0

  constructor(files: Files, sinceNs: bigint, pause: () => Promise<void>) {
    this.#files = files
    this.#sinceNs = sinceNs
    this.#pause = pause
  }

  async entry(original: Buffer, copy: Buffer, shown: string): Promise<void> {
    await this.#step()
    const before = this.#facts(original)
    const after = this.#facts(copy)
    if (before?.kind === 'other') {
      this.special++
      return
    }
    if (!before || !after || before.kind !== after.kind) {
      const describe = (facts: FileFacts | undefined) => facts?.kind ?? 'nothing'
      this.#differ(shown, `was ${describe(before)}, is ${describe(after)}`, before)
      return
    }
    this.entries++
    this.#sameFacts(before, after, shown)
    if (before.kind === 'symlink') this.#sameTarget(original, copy, before, shown)
    if (before.kind === 'file') await this.#sameFile({ original, before }, { copy, after }, shown)
    if (before.kind === 'directory') await this.#sameFolder(original, copy, before, shown)
  }

  #facts(path: Buffer): FileFacts | undefined {
    try {
      return this.#files.facts(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  #sameFacts(before: FileFacts, after: FileFacts, shown: string): void {
    if (before.kind !== 'symlink' && before.mode !== after.mode) {
      const modes = `${before.mode.toString(8)}, is ${after.mode.toString(8)}`
      this.#differ(shown, `mode was ${modes}`, before)
    }
    const apart = before.mtimeNs - after.mtimeNs
    if (apart > MTIME_TOLERANCE_NS || apart < -MTIME_TOLERANCE_NS) {
      this.#differ(shown, `modification time is ${apart} ns off`, before)
    }
  }

  #sameTarget(original: Buffer, copy: Buffer, before: FileFacts, shown: string): void {
    const was = Buffer.from(this.#files.linkTarget(original))
    const is = Buffer.from(this.#files.linkTarget(copy))
    if (!was.equals(is)) this.#differ(shown, `pointed to ${was}, points to ${is}`, before)
  }

  async #sameFile(
    { original, before }: { original: Buffer; before: FileFacts },
    { copy, after }: { copy: Buffer; after: FileFacts },
    shown: string,
  ): Promise<void> {
    if (before.sizeBytes !== after.sizeBytes) {
      this.#differ(shown, `had ${before.sizeBytes} bytes, has ${after.sizeBytes}`, before)
      return
    }
    if (!this.#firstName(before, after, shown)) return
    const at = await this.#firstOtherByte(original, copy)
    if (at !== undefined) this.#differ(shown, `content differs at byte ${at}`, before)
    this.bytes += before.sizeBytes
  }

  // Names of one file must be names of one file again; its content is compared once.
  #firstName(before: FileFacts, after: FileFacts, shown: string): boolean {
    if (before.links === 1 && after.links === 1) return true
    const was = `original ${before.device}:${before.inode}`
    const is = `copy ${after.device}:${after.inode}`
    const partner = this.#linked.get(was)
    const same = partner === is && this.#linked.get(is) === was
    if (partner !== undefined || this.#linked.has(is)) {
      if (!same) this.#differ(shown, 'is linked with other names than it was', before)
      return false
    }
    this.#linked.set(was, is)
    this.#linked.set(is, was)
    return true
  }

  async #step(): Promise<void> {
    this.#steps++
    if (this.#steps % STEPS_BETWEEN_PAUSES === 0) await this.#pause()
  }

  async #firstOtherByte(original: Buffer, copy: Buffer): Promise<number | undefined> {
    const left = this.#files.openForReading(original)
    const right = this.#files.openForReading(copy)
    try {
      for (let at = 0; ; ) {
        await this.#step()
        const count = left.read(this.#left, at)
        const other = right.read(this.#right.subarray(0, Math.max(count, 1)), at)
        if (count === 0 && other === 0) return undefined
        if (count !== other) return at + Math.min(count, other)
        if (this.#left.compare(this.#right, 0, count, 0, count) !== 0) {
          const inBlock = this.#left.subarray(0, count).findIndex((b, i) => b !== this.#right[i])
          return at + inBlock
        }
        at += count
      }
    } finally {
      left.close()
      right.close()
    }
  }

  async #sameFolder(
    original: Buffer,
    copy: Buffer,
    before: FileFacts,
    shown: string,
  ): Promise<void> {
    const names = this.#files.list(original).map((name) => Buffer.from(name))
    const known = new Set(names.map((name) => name.toString('latin1')))
    for (const name of this.#files.list(copy)) {
      const raw = Buffer.from(name)
      if (!known.has(raw.toString('latin1'))) {
        this.#differ(`${shown}/${raw}`, 'was not there', before)
      }
    }
    for (const name of names) {
      if (this.differences.length >= DIFFERENCES_MAX) return
      await this.entry(join(original, name), join(copy, name), `${shown}/${name}`)
    }
  }

  #differ(path: string, what: string, original: FileFacts | undefined): void {
    const changedMeanwhile = !original || original.ctimeNs >= this.#sinceNs
    if (this.differences.length < DIFFERENCES_MAX) {
      this.differences.push({ path, what, changedMeanwhile })
    }
  }
}

const join = (folder: Buffer, name: Buffer) => Buffer.concat([folder, SLASH, name])
const SLASH = Buffer.from('/')

/** How many files below two folders are one and the same (device and inode). */
export function sharedFiles(files: Files, folders: readonly [string, string]): number {
  const [first, second] = folders.map((folder) => new Set(identities(files, Buffer.from(folder))))
  let shared = 0
  for (const identity of first ?? []) if (second?.has(identity)) shared++
  return shared
}

function* identities(files: Files, folder: Buffer): Generator<string> {
  for (const name of files.list(folder)) {
    const path = join(folder, Buffer.from(name))
    const { kind, device, inode } = files.facts(path)
    if (kind === 'directory') yield* identities(files, path)
    else yield `${device}:${inode}`
  }
}
