// Makes a tree with one of every oddity a backup must survive: names, kinds, sizes, holes, links,
// modes, owners, times. The same seed gives the same tree. What only the administrator can make is
// left out for everybody else.

import { spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

export interface OddTreeOptions {
  /** Adds what no backup keeps: a named pipe and, for the administrator, a device. */
  readonly unkept?: boolean
  /** Adds a folder chain whose path is longer than the kernel takes at once. */
  readonly veryDeep?: boolean
  /** Small files in the folder `many`; default 200. */
  readonly smallFiles?: number
  /** Bytes of the largest ordinary file; default 3 MiB and a little. */
  readonly largeBytes?: number
}

/** What was made that a backup must leave out: path to reason. */
export interface OddTree {
  readonly unkept: Readonly<Record<string, 'pipe' | 'device'>>
}

/** Fills `folder`, which must be absent or empty. */
export function makeOddTree(folder: string, seed: number, options: OddTreeOptions = {}): OddTree {
  const dice = openDice(seed)
  const root = process.getuid?.() === 0
  const tree: Tree = { folder: Buffer.from(folder), dice, root }
  mkdirSync(folder, { recursive: true })
  makeNames(tree)
  makeSizes(tree, options.largeBytes ?? 3 * MIB + 4321)
  makeHoles(tree)
  makeMany(tree, options.smallFiles ?? 200)
  makeLinks(tree)
  makeModes(tree)
  if (root) makeOwners(tree)
  makeDepth(tree)
  if (options.veryDeep) makeChain(`${folder}/very-deep`, { levels: 40, name: 'n'.repeat(200) })
  const unkept = options.unkept ? makeUnkept(folder, root) : {}
  // Last, because everything made in a folder changes its time.
  makeTimes(tree)
  return { unkept }
}

/** Numbers from 0 up to, and without, `below`; always the same for one seed. */
export type Dice = (below: number) => number

export function openDice(seed: number): Dice {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below)
  }
}

/** Bytes that do not compress. */
export function randomContent(dice: Dice, sizeBytes: number): Buffer {
  const key = Buffer.alloc(16)
  key.writeUInt32LE(dice(0x1_0000_0000))
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes))
}

interface Tree {
  readonly folder: Buffer
  readonly dice: Dice
  readonly root: boolean
}

const MIB = 1024 * 1024
const SLASH = Buffer.from('/')

const at = ({ folder }: Tree, name: string | Buffer): Buffer =>
  Buffer.concat([folder, SLASH, Buffer.from(name as string)])

function makeNames(tree: Tree): void {
  mkdirSync(at(tree, 'names'))
  const names: (string | Buffer)[] = [
    ...['plain', '.hidden', '...', '-rf', ' lead and trail ', 'new\nline', 'tab\tquote"\'`$(x)'],
    ...['back\\slash', 'star*?[a]', 'CON', 'ünïcödé', 'u\u0308', 'ü', '日本語', '🗄️', '\u202egnp'],
    ...['Case', 'case', 'x'.repeat(255), 'del\x7f', 'esc\x1b[31m'],
    ...[Buffer.from([0xff, 0xfe]), Buffer.from([0x61, 0x80]), Buffer.from([0xc3, 0x28]), '\x01'],
  ]
  for (const name of names) {
    const path = Buffer.concat([at(tree, 'names'), SLASH, Buffer.from(name as string)])
    writeFileSync(path, `content of ${name.length}`)
  }
  mkdirSync(Buffer.concat([at(tree, 'names/'), Buffer.from([0xf0, 0x9f])]))
  // Around the slash, where byte order and folder order differ.
  for (const name of ['order', 'order!', 'order.d', 'order0']) mkdirSync(at(tree, name))
  for (const name of ['order/z', 'order/a', 'order!/b', 'order-', 'order.d/c', 'order0/d']) {
    writeFileSync(at(tree, name), name)
  }
}

function makeSizes(tree: Tree, largeBytes: number): void {
  mkdirSync(at(tree, 'sizes'))
  for (const size of [0, 1, 511, 4096, 65_535, 65_536, 65_537, MIB - 1, MIB, MIB + 1]) {
    writeFileSync(at(tree, `sizes/random-${size}`), randomContent(tree.dice, size))
  }
  writeFileSync(at(tree, 'sizes/text'), 'The same line again and again.\n'.repeat(20_000))
  writeFileSync(at(tree, 'sizes/large'), randomContent(tree.dice, largeBytes))
  writeFileSync(at(tree, 'sizes/zeros'), Buffer.alloc(300_000))
}

function makeHoles(tree: Tree): void {
  mkdirSync(at(tree, 'holes'))
  const sparse = (name: string, sizeBytes: number, data: readonly [number, number][]) => {
    const fd = openSync(at(tree, `holes/${name}`), 'w')
    ftruncateSync(fd, sizeBytes)
    for (const [offset, bytes] of data) {
      writeSync(fd, randomContent(tree.dice, bytes), 0, bytes, offset)
    }
    closeSync(fd)
  }
  sparse('whole', 8 * MIB, [])
  sparse('begin', 4 * MIB, [[4 * MIB - 5000, 5000]])
  sparse('end', 4 * MIB + 17, [[0, 5000]])
  sparse('islands', 24 * MIB, [
    [3 * MIB + 77, 70_000],
    [11 * MIB, 4096],
    [20 * MIB + 1, 1],
  ])
}

function makeMany(tree: Tree, count: number): void {
  mkdirSync(at(tree, 'many'))
  for (let i = 0; i < count; i++) {
    if (i % 50 === 0) mkdirSync(at(tree, `many/${i}`))
    const path = at(tree, `many/${i - (i % 50)}/f${i}`)
    writeFileSync(path, `${i} ${'lorem ipsum '.repeat(tree.dice(60))}`)
  }
}

function makeLinks(tree: Tree): void {
  mkdirSync(at(tree, 'links'))
  const targets: [string, string | Buffer][] = [
    ['relative', '../sizes/text'],
    ['absolute', '/etc/hostname'],
    ['dangling', 'nowhere/at/all'],
    ['folder', '../many'],
    ['up', '../../..'],
    ['self', 'self'],
    ['long', 'y/'.repeat(1000)],
    ['bytes', Buffer.from([0x2e, 0xff, 0x0a])],
  ]
  for (const [name, target] of targets) symlinkSync(target, at(tree, `links/${name}`))
  writeFileSync(at(tree, 'links/first'), 'one file, four names')
  linkSync(at(tree, 'links/first'), at(tree, 'links/second'))
  linkSync(at(tree, 'links/first'), at(tree, 'links/a-name-before'))
  linkSync(at(tree, 'links/first'), at(tree, 'many/0/far-away'))
  writeFileSync(at(tree, 'links/empty'), '')
  linkSync(at(tree, 'links/empty'), at(tree, 'links/empty-too'))
}

function makeModes(tree: Tree): void {
  mkdirSync(at(tree, 'modes'))
  mkdirSync(at(tree, 'empty'))
  const modes = [0o400, 0o444, 0o600, 0o640, 0o755, 0o777, 0o4755, 0o2755, 0o6711, 0o1644]
  if (tree.root) modes.push(0, 0o111, 0o200)
  for (const mode of modes) {
    const path = at(tree, `modes/f${mode.toString(8)}`)
    writeFileSync(path, `mode ${mode}`)
    chmodSync(path, mode)
  }
  for (const mode of [0o500, 0o555, 0o700, 0o1777, 0o2755]) {
    const path = at(tree, `modes/d${mode.toString(8)}`)
    mkdirSync(path)
    if (mode & 0o200) writeFileSync(Buffer.concat([path, SLASH, Buffer.from('in')]), 'inside')
    chmodSync(path, mode)
  }
}

function makeOwners(tree: Tree): void {
  mkdirSync(at(tree, 'owners'))
  writeFileSync(at(tree, 'owners/file'), 'somebody')
  writeFileSync(at(tree, 'owners/setuid'), 'somebody else')
  mkdirSync(at(tree, 'owners/folder'))
  symlinkSync('file', at(tree, 'owners/link'))
  lchownSync(at(tree, 'owners/file'), 12_345, 54_321)
  lchownSync(at(tree, 'owners/setuid'), 70_000, 70_001)
  chmodSync(at(tree, 'owners/setuid'), 0o6755)
  lchownSync(at(tree, 'owners/folder'), 1, 2)
  lchownSync(at(tree, 'owners/link'), 4_000_000_000, 3)
}

function makeDepth(tree: Tree): void {
  let path = 'deep'
  for (let level = 0; level < 60; level++) {
    mkdirSync(at(tree, path))
    if (level % 20 === 0) writeFileSync(at(tree, `${path}/file`), path)
    path += `/level-${level}`
  }
}

/** Makes a chain of folders with a file at its end, in pieces, as no call takes it at once. */
export function makeChain(folder: string, options: { levels: number; name: string }): void {
  const atOnce = Math.floor(PIECE_BYTES / (options.name.length + 1))
  const pieces: string[] = []
  for (let left = options.levels; left > 0; left -= atOnce) {
    pieces.push(Array(Math.min(left, atOnce)).fill(options.name).join('/'))
  }
  const script = 'for p in "$@"; do mkdir -p "$p" && cd -P "$p" || exit 1; done; echo deep > file'
  mkdirSync(folder, { recursive: true })
  run('sh', ['-c', script, 'sh', ...pieces], folder)
}

const PIECE_BYTES = 3000

/** Makes a named pipe. */
export function makePipe(path: string): void {
  run('mkfifo', [path], '/')
}

function makeUnkept(folder: string, root: boolean): Record<string, 'pipe' | 'device'> {
  makePipe(`${folder}/pipe`)
  if (!root) return { pipe: 'pipe' }
  const made = spawnSync('mknod', ['device', 'c', '1', '3'], { cwd: folder })
  return made.status === 0 ? { pipe: 'pipe', device: 'device' } : { pipe: 'pipe' }
}

function run(command: string, words: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(command, words, { cwd })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}

// Node takes a negative number for "now", but not a negative text.
function makeTimes(tree: Tree): void {
  mkdirSync(at(tree, 'times'))
  const times = [
    '0',
    '-1.5',
    '-86400.25',
    '1',
    '1234567890.123456',
    '4102444800.5',
    '1700000000.25',
  ]
  for (const time of times) {
    writeFileSync(at(tree, `times/f${time}`), time)
    lutimesSync(at(tree, `times/f${time}`), time, time)
    mkdirSync(at(tree, `times/d${time}`))
    lutimesSync(at(tree, `times/d${time}`), time, time)
    symlinkSync(time, at(tree, `times/l${time}`))
    lutimesSync(at(tree, `times/l${time}`), time, time)
  }
  for (const name of ['names', 'sizes/text', 'links', 'many/0', 'deep', 'modes/d1777', 'times']) {
    const time = 1_500_000_000 + tree.dice(200_000_000) + tree.dice(1_000_000) / 1_000_000
    lutimesSync(at(tree, name), time, time)
  }
  lutimesSync(tree.folder, 1_600_000_000.5, 1_600_000_000.5)
}
