// Compares two folders as a suspicious operator would: every name, type, byte, size, mode, owner,
// time, link target, grouping of hard links, and holes. Shares no code with the driver it judges.

import { createHash } from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import { libc } from '../../src/world/libc.ts'

/** One way in which the second tree is not the first. */
export interface TreeDifference {
  /** Printable; empty for the root. */
  readonly path: string
  readonly what:
    | 'missing'
    | 'extra'
    | 'type'
    | 'bytes'
    | 'size'
    | 'mode'
    | 'owner'
    | 'mtime'
    | 'link target'
    | 'hard links'
    | 'holes'
  readonly detail: string
}

export interface CompareOptions {
  /** Default: only when running as the administrator, since nobody else can set them. */
  readonly owners?: boolean
  /** Default true. */
  readonly holes?: boolean
  /** Paths (as printed in differences) left out, with all below. */
  readonly ignore?: readonly string[]
}

/** What makes `copy` differ from `original`; empty when it is the same. */
export function compareTrees(
  original: string,
  copy: string,
  options: CompareOptions = {},
): TreeDifference[] {
  const expected = listTree(original, options.ignore)
  const found = listTree(copy, options.ignore)
  const differences: TreeDifference[] = []
  for (const [path, a] of expected) {
    const b = found.get(path)
    if (!b) differences.push({ path: shown(path), what: 'missing', detail: a.type })
    else compareOne(path, [a, b], options, differences)
  }
  for (const [path, b] of found) {
    if (!expected.has(path)) differences.push({ path: shown(path), what: 'extra', detail: b.type })
  }
  return differences
}

/** What `listTree` knows of one path. */
export interface ListedFile {
  readonly type: 'file' | 'folder' | 'symlink' | 'other'
  readonly stat: BigIntStats
  readonly target: string | undefined
  /** The first of all paths with this inode, where it has several. */
  readonly group: string | undefined
  /** Digest of the content. */
  readonly content: string | undefined
}

/** Everything below `root` by path, each byte of which is one character; the root is ''. */
export function listTree(root: string, ignore: readonly string[] = []): Map<string, ListedFile> {
  const listed = new Map<string, ListedFile>()
  const groups = new Map<string, string>()
  const visit = (path: string, reach: Buffer): void => {
    if (ignore.includes(shown(path))) return
    const stat = lstatSync(reach, { bigint: true })
    listed.set(path, listOne(path, { reach, stat, groups }))
    if (!stat.isDirectory()) return
    withShortPath(reach, (base) => {
      const names = readdirSync(base, { encoding: 'buffer' }).sort(Buffer.compare)
      for (const name of names) {
        const below = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`
        visit(below, Buffer.concat([base, SLASH, name]))
      }
    })
  }
  visit('', Buffer.from(root))
  return listed
}

const SLASH = Buffer.from('/')
const SHORT_PATH_BYTES = 3000
/** Without the C library Node's own calls round. */
const TIME_KEPT_NS = libc() ? 0n : 1_000n
const BLOCK_BYTES = 512n
// File systems round allocation up, and the vault finds zeros only in runs of 64 KiB.
const HOLE_SLACK_BYTES = 1024n * 1024n

const shown = (path: string): string => {
  const bytes = Buffer.from(path, 'latin1')
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? JSON.stringify(path) : text
}

function listOne(
  path: string,
  at: { reach: Buffer; stat: BigIntStats; groups: Map<string, string> },
): ListedFile {
  const { reach, stat, groups } = at
  const type = typeOf(stat)
  let group: string | undefined
  if (type === 'file' && stat.nlink > 1n) {
    const key = `${stat.dev}:${stat.ino}`
    group = groups.get(key) ?? path
    groups.set(key, group)
  }
  const target = type === 'symlink' ? readlinkSync(reach, { encoding: 'buffer' }) : undefined
  const content = type === 'file' ? digest(reach) : undefined
  return { type, stat, group, target: target?.toString('latin1'), content }
}

function typeOf(stat: BigIntStats): ListedFile['type'] {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  return stat.isSymbolicLink() ? 'symlink' : 'other'
}

function compareOne(
  path: string,
  [a, b]: [ListedFile, ListedFile],
  options: CompareOptions,
  differences: TreeDifference[],
): void {
  const differ = (what: TreeDifference['what'], x: unknown, y: unknown) => {
    if (x !== y) differences.push({ path: shown(path), what, detail: `${x} became ${y}` })
  }
  differ('type', a.type, b.type)
  if (a.type !== b.type) return
  if (a.type === 'file') {
    differ('size', a.stat.size, b.stat.size)
    differ('bytes', a.content, b.content)
    differ('hard links', a.group, b.group)
    if (options.holes !== false && holeGrew(a.stat, b.stat)) {
      differ('holes', a.stat.blocks, b.stat.blocks)
    }
  }
  differ('link target', a.target, b.target)
  if (a.type !== 'symlink') differ('mode', octal(a.stat), octal(b.stat))
  if (options.owners ?? process.getuid?.() === 0) {
    differ('owner', `${a.stat.uid}:${a.stat.gid}`, `${b.stat.uid}:${b.stat.gid}`)
  }
  const late = a.stat.mtimeNs - b.stat.mtimeNs
  if (late > TIME_KEPT_NS || late < -TIME_KEPT_NS) differ('mtime', a.stat.mtimeNs, b.stat.mtimeNs)
}

const octal = (stat: BigIntStats): string => (Number(stat.mode) & 0o7777).toString(8)

const holeGrew = (a: BigIntStats, b: BigIntStats): boolean =>
  b.blocks * BLOCK_BYTES > a.blocks * BLOCK_BYTES + HOLE_SLACK_BYTES

// A path too long for the kernel is continued from an open folder.
function withShortPath(reach: Buffer, work: (base: Buffer) => void): void {
  if (reach.length < SHORT_PATH_BYTES) {
    work(reach)
    return
  }
  const fd = openSync(reach, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    work(Buffer.from(`/proc/self/fd/${fd}`))
  } finally {
    closeSync(fd)
  }
}

function digest(reach: Buffer): string {
  const hash = createHash('sha256')
  const fd = openSync(reach, constants.O_RDONLY)
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer)) {
      hash.update(buffer.subarray(0, got))
    }
  } finally {
    closeSync(fd)
  }
  return hash.digest('hex')
}

const READ_BYTES = 1024 * 1024
