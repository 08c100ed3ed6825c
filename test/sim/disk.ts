// A disk in memory with two layers, written and durable: only a sync moves bytes or names from the
// first to the second. Simulated: a process that dies at call number N (the call never answers, so
// no `catch` or `finally` runs, as in a dead process); a power cut, after which each unsynced name
// may be there or not, each on its own, and unsynced bytes are there, not, cut off, or zeros;
// calls that fail, and failed syncs that drop the bytes although a later sync says all is well.
// Not simulated: bytes rotting after they were durable (see `damage`), file systems that break
// their promises about sync, limits of space, permissions, other processes on the same disk.

import path from 'node:path'
import { type Disk, type DiskFacts, type DiskFile, NotAFile } from '../../src/world/index.ts'
import {
  afterKill,
  afterPowerCut,
  type FileNode,
  type FolderNode,
  fingerprint,
  lastInode,
  type Node,
} from './disk-nodes.ts'

export interface SimDiskOptions {
  readonly device?: number
  readonly fileSystemType?: number
}

type Call = Exclude<keyof Disk | keyof DiskFile, symbol | 'sizeBytes'>

const EXT = 0xef53
const NEVER: Promise<never> = new Promise(() => undefined)
const OWN_UID = 1000

/** An errno, as the real disk would raise it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code, errno: -1 })
}

export class SimDisk implements Disk {
  readonly ownUid = OWN_UID
  /** Every call made so far, as `call path`. */
  readonly calls: string[] = []
  /** Resolves when the call to die at was made. */
  readonly died: Promise<void>
  /** Is told of every call in the moment before it is done, and of what is done beside. */
  watcher: (call: string) => void = () => undefined
  /** How many processes have had this disk; each after the first follows a death. */
  processes = 1
  readonly #device: number
  readonly #type: number
  readonly #root: FolderNode
  #nodes = 0
  #miswrites = false
  #dieAt = Number.POSITIVE_INFINITY
  #tellDeath: () => void = () => undefined
  #readMax = Number.POSITIVE_INFINITY
  #failures: { call: Call; code: string; after: number }[] = []

  constructor(options: SimDiskOptions = {}, root?: FolderNode) {
    this.#device = options.device ?? 1
    this.#type = options.fileSystemType ?? EXT
    this.#root = root ?? this.#folder()
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve
    })
  }

  /** The process dies at the call of this number, counted from 0 and from now. */
  dieAtCall(number: number): void {
    this.#dieAt = this.calls.length + number
  }

  /** What is counted and may be the last thing: every call, and what is not the disk's. */
  async beside(what: string): Promise<void> {
    const number = this.calls.length
    this.calls.push(what)
    if (number === this.#dieAt) this.#tellDeath()
    if (number >= this.#dieAt) await NEVER
  }

  /** The next call of this kind fails with `code`, after `skip` that do not. */
  failNext(call: Call, code: string, skip = 0): void {
    this.#failures.push({ call, code, after: skip })
  }

  /** No read answers more bytes than this, as a disk may. */
  readAtMost(bytes: number): void {
    this.#readMax = bytes
  }

  /** The disk as the next process finds it when only the process died. */
  afterKill(): SimDisk {
    return this.#next(afterKill(this.#root))
  }

  /** The disk after a power cut: what was durable and, by `seed`, some of the rest. */
  afterPowerCut(seed: number): SimDisk {
    return this.#next(afterPowerCut(this.#root, seed))
  }

  /** The same for two disks only if all that is on them is the same, in both layers. */
  fingerprint(): string {
    return fingerprint(this.#root)
  }

  /** The next copyFile writes a wrong bit and calls itself a success. */
  miswriteNextCopy(): void {
    this.#miswrites = true
  }

  /** Flips a bit of a file's durable bytes, as media does. */
  damage(file: string, at = 0): void {
    const node = this.#fileAt(file)
    const damaged = node.written.slice()
    damaged[at] = (damaged[at] ?? 0) ^ 1
    node.written = damaged
    node.durable = damaged
  }

  /** Every file and folder that can be seen, with folders ending in a slash, in order. */
  tree(): string[] {
    const seen: string[] = []
    const walk = (folder: FolderNode, above: string) => {
      for (const [name, node] of folder.written) {
        seen.push(`${above}/${name}${node.kind === 'folder' ? '/' : ''}`)
        if (node.kind === 'folder') walk(node, `${above}/${name}`)
      }
    }
    walk(this.#root, '')
    return seen.sort()
  }

  /** The bytes of a file as written. */
  bytesOf(file: string): Uint8Array {
    return this.#fileAt(file).written
  }

  setMode(at: string, mode: number): void {
    this.#at(at).mode = mode
  }

  open(file: string, how: 'read' | 'follow' | 'create'): Promise<DiskFile> {
    return this.#call('open', file, () => {
      if (how === 'create') this.#enter(file, this.#file())
      const node = this.#at(file)
      if (node.kind === 'folder') throw new NotAFile(file, 'a folder')
      return this.#handle(file, node)
    })
  }

  copyFile(from: string, to: string): Promise<void> {
    return this.#call('copyFile', to, () => {
      const { written, mode } = this.#fileAt(from)
      this.#enter(to, { ...this.#file(), written, mode })
      if (this.#miswrites) this.damage(to)
      this.#miswrites = false
    })
  }

  link(from: string, to: string): Promise<void> {
    return this.#call('link', to, () => this.#enter(to, this.#fileAt(from)))
  }

  unlink(file: string): Promise<void> {
    return this.#call('unlink', file, () => {
      this.#fileAt(file)
      this.#folderAt(path.dirname(file)).written.delete(path.basename(file))
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call('rename', to, () => {
      const node = this.#fileAt(from)
      this.#folderAt(path.dirname(to)).written.delete(path.basename(to))
      this.#enter(to, node)
      this.#folderAt(path.dirname(from)).written.delete(path.basename(from))
    })
  }

  /** There are no links here. */
  lstat(at: string): Promise<DiskFacts | undefined> {
    return this.stat(at)
  }

  stat(at: string): Promise<DiskFacts | undefined> {
    return this.#call('stat', at, () => {
      const node = this.#find(at)
      return node && this.#facts(node)
    })
  }

  mkdir(folder: string): Promise<void> {
    return this.#call('mkdir', folder, () => this.#enter(folder, this.#folder()))
  }

  rmdir(folder: string): Promise<void> {
    return this.#call('rmdir', folder, () => {
      if (this.#folderAt(folder).written.size > 0) throw systemError('ENOTEMPTY')
      this.#folderAt(path.dirname(folder)).written.delete(path.basename(folder))
    })
  }

  readdir(folder: string) {
    return this.#call('readdir', folder, () =>
      [...this.#folderAt(folder).written]
        .map(([name, { kind }]) => ({ name, kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    )
  }

  syncFolder(folder: string): Promise<void> {
    return this.#call(
      'syncFolder',
      folder,
      () => {
        const node = this.#folderAt(folder)
        const kept = [...node.written].filter(([name]) => !node.lost.has(name))
        node.durable = new Map(kept)
      },
      () => {
        const node = this.#folderAt(folder)
        const unsynced = [...node.written.keys()].filter((name) => !node.durable.has(name))
        node.lost = new Set([...node.lost, ...unsynced])
      },
    )
  }

  fileSystemType(folder: string): Promise<number> {
    return this.#call('fileSystemType', folder, () => this.#type)
  }

  #handle(file: string, node: FileNode): DiskFile {
    const close = () => this.#call('close', file, () => undefined)
    return {
      sizeBytes: node.written.byteLength,
      read: (into, position) =>
        this.#call('read', file, () => {
          const most = Math.min(into.byteLength, this.#readMax)
          const part = node.written.subarray(position, position + most)
          into.set(part)
          return part.byteLength
        }),
      write: (bytes, position) =>
        this.#call('write', file, () => {
          const end = Math.max(node.written.byteLength, position + bytes.byteLength)
          const grown = new Uint8Array(end)
          grown.set(node.written)
          grown.set(bytes, position)
          node.written = grown
        }),
      chmod: (mode) =>
        this.#call('chmod', file, () => {
          node.mode = mode
        }),
      datasync: () =>
        this.#call(
          'datasync',
          file,
          () => {
            if (!node.lost) node.durable = node.written
          },
          () => {
            node.lost = true
          },
        ),
      stat: () => this.#call('stat', file, () => this.#facts(node)),
      close,
      [Symbol.asyncDispose]: close,
    }
  }

  // The one place every call goes through: it may be the last, and may fail.
  async #call<Answer>(
    call: Call,
    at: string,
    work: () => Answer,
    failed?: () => void,
  ): Promise<Answer> {
    await this.beside(`${call} ${at}`)
    this.watcher(`${call} ${at}`)
    // The answer comes in a later turn, as a disk's does, so that others may run in between.
    const failure = this.#failures.find((each) => each.call === call && each.after-- === 0)
    if (failure === undefined) return work()
    this.#failures = this.#failures.filter((each) => each !== failure)
    failed?.()
    throw systemError(failure.code)
  }

  /** What is left, for the next process; numbers of nodes that are gone are given again. */
  #next(root: FolderNode): SimDisk {
    const next = new SimDisk({ device: this.#device, fileSystemType: this.#type }, root)
    next.#nodes = lastInode(root)
    next.processes = this.processes + 1
    return next
  }

  #file(): FileNode {
    const nothing = new Uint8Array(0)
    return { ...this.#node(0o600), kind: 'file', written: nothing, durable: nothing, lost: false }
  }

  #folder(): FolderNode {
    const names = { written: new Map(), durable: new Map(), lost: new Set<string>() }
    return { ...this.#node(0o700), kind: 'folder', ...names }
  }

  #node(mode: number) {
    this.#nodes += 1
    return { inode: this.#nodes, mode }
  }

  #enter(at: string, node: Node): void {
    const folder = this.#folderAt(path.dirname(at))
    if (folder.written.has(path.basename(at))) throw systemError('EEXIST')
    folder.written.set(path.basename(at), node)
    folder.lost.delete(path.basename(at))
  }

  #find(at: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const name of at.split('/').filter((each) => each !== '')) {
      if (node?.kind !== 'folder') return undefined
      node = node.written.get(name)
    }
    return node
  }

  #at(at: string): Node {
    const node = this.#find(at)
    if (node === undefined) throw systemError('ENOENT')
    return node
  }

  #fileAt(at: string): FileNode {
    const node = this.#at(at)
    if (node.kind !== 'file') throw systemError('EISDIR')
    return node
  }

  #folderAt(at: string): FolderNode {
    const node = this.#at(at)
    if (node.kind !== 'folder') throw systemError('ENOTDIR')
    return node
  }

  #facts(node: Node): DiskFacts {
    const sizeBytes = node.kind === 'file' ? node.written.byteLength : 0
    const { kind, mode, inode } = node
    return { kind, sizeBytes, mode, inode, uid: OWN_UID, device: this.#device, links: 1 }
  }
}
