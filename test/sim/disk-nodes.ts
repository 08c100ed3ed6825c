// The files and folders of a simulated disk in their two layers, what a death leaves of them, and
// a fingerprint that is the same for two of them only when all that any later process or power cut
// can meet is the same. Bytes are never changed in place, so copies share them.

import { createHash } from 'node:crypto'
import { type Dice, dice } from './dice.ts'

export interface FileNode {
  readonly kind: 'file'
  readonly inode: number
  mode: number
  written: Uint8Array
  durable: Uint8Array
  /** A sync failed: what was not durable then never will be. */
  lost: boolean
}

export interface FolderNode {
  readonly kind: 'folder'
  readonly inode: number
  mode: number
  written: Map<string, Node>
  durable: Map<string, Node>
  /** Names a failed sync dropped: they stay visible and are never durable unless made anew. */
  lost: Set<string>
}

export type Node = FileNode | FolderNode

/** All of it, as the next process finds it when only the process died. */
export function afterKill(root: FolderNode): FolderNode {
  return copied(root, (node) =>
    node.kind === 'file' ? { ...node } : { ...node, lost: new Set(node.lost) },
  )
}

/** What was durable and, by `seed`, some of the rest. */
export function afterPowerCut(root: FolderNode, seed: number): FolderNode {
  const random = dice(seed)
  return copied(root, (node) => {
    if (node.kind === 'file') {
      const left = survivingBytes(node, random)
      return { ...node, written: left, durable: left, lost: false }
    }
    const left = survivingNames(node, random)
    return { ...node, written: left, durable: left, lost: new Set() }
  })
}

/** The highest number that a node has: the next one made gets a higher one. */
export function lastInode(root: FolderNode): number {
  const seen = new Set<Node>()
  const see = (node: Node) => {
    if (seen.has(node)) return
    seen.add(node)
    if (node.kind === 'file') return
    for (const layer of [node.written, node.durable]) layer.forEach(see)
  }
  see(root)
  return Math.max(...[...seen].map(({ inode }) => inode))
}

/** Of both layers: kinds, inodes, modes, bytes, names, links, and what failed syncs dropped. */
export function fingerprint(root: FolderNode): string {
  const numbers = new Map<Node, number>()
  const told: unknown[] = []
  const tell = (node: Node): number => {
    const known = numbers.get(node)
    if (known !== undefined) return known
    const number = numbers.size
    numbers.set(node, number)
    const { kind, inode, mode } = node
    const layers =
      node.kind === 'file'
        ? [digest(node.written), digest(node.durable), node.lost]
        : [namesTold(node.written, tell), namesTold(node.durable, tell), [...node.lost].sort()]
    told.push([number, kind, inode, mode, ...layers])
    return number
  }
  tell(root)
  return createHash('sha256').update(JSON.stringify(told)).digest('hex')
}

function namesTold(names: Map<string, Node>, tell: (node: Node) => number): [string, number][] {
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([name, node]) => [name, tell(node)])
}

/** Bytes that are not changed in place need to be read once. */
const digests = new WeakMap<Uint8Array, string>()

function digest(bytes: Uint8Array): string {
  const known = digests.get(bytes)
  if (known !== undefined) return known
  const made = createHash('sha256').update(bytes).digest('hex')
  digests.set(bytes, made)
  return made
}

/** A node with several names is copied once; the layers of folders are copied by it. */
function copied(root: FolderNode, keep: (node: Node) => Node): FolderNode {
  const copies = new Map<Node, Node>()
  const copy = (node: Node): Node => {
    const known = copies.get(node)
    if (known !== undefined) return known
    const kept = keep(node)
    copies.set(node, kept)
    if (kept.kind === 'folder') {
      const { written, durable } = kept
      kept.written = new Map([...written].map(([name, each]) => [name, copy(each)]))
      kept.durable = new Map([...durable].map(([name, each]) => [name, copy(each)]))
    }
    return kept
  }
  return copy(root) as FolderNode
}

function survivingBytes(node: FileNode, random: Dice): Uint8Array {
  if (Buffer.compare(node.written, node.durable) === 0) return node.durable
  const torn = Math.floor(node.written.byteLength / 2)
  switch (random.below(4)) {
    case 0:
      return node.durable
    case 1:
      return node.lost ? node.durable : node.written
    case 2:
      return node.written.slice(0, torn)
    default:
      return node.written.slice().fill(0, torn)
  }
}

function survivingNames(node: FolderNode, random: Dice): Map<string, Node> {
  const left = new Map<string, Node>()
  for (const name of new Set([...node.durable.keys(), ...node.written.keys()])) {
    const [before, after] = [node.durable.get(name), node.written.get(name)]
    const kept = before === after || random.below(2) === 0 ? after : before
    if (kept !== undefined) left.set(name, kept)
  }
  return left
}
