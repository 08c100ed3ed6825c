// What everybody who makes files promises, run by each of them.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { openBelow } from '../../test/trees/open-below.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { errnoOf, realTree, type Tree } from '../world/index.ts'
import type { FileMaking, NewFileFacts } from './file-making.ts'
import type { MakingAsideTarget } from './making-aside.ts'
import { utf8 } from './raw-path.ts'

/** Where files are made, and through what. */
export interface MakingPlace {
  /** Path of the staging folder. */
  readonly staging: string
  readonly tree: Tree
  readonly hasDisk: boolean
}

export type OpenMaking = (place: MakingPlace, target: MakingAsideTarget) => FileMaking

const MIB = 1024 * 1024
const MTIME_NS = 1_600_000_000_000_000_000n
const facts = (sizeBytes: number): NewFileFacts => ({
  mode: 0o640,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  mtimeNs: MTIME_NS,
  sizeBytes,
})

/** A target that notes what it is told. */
function listener() {
  const told: number[] = []
  const failures: (number | undefined)[] = []
  const lost: [number, string | undefined][] = []
  const target: MakingAsideTarget = {
    durable: (number) => void told.push(number),
    warned: () => assert.fail('nothing was to be warned of'),
    lost: (number, error) => void lost.push([number, errnoOf(error)]),
    failed(number, error) {
      failures.push(number)
      return error
    },
  }
  return { target, told, failures, lost }
}

/** A file of pieces with holes between them. */
interface Wanted {
  readonly pieces: readonly { readonly hole: number; readonly bytes: number }[]
  /** Made in the folder that is begun before it, or in one below that. */
  readonly isWithin: boolean
  readonly isDeeper: boolean
  readonly beginsFolder: boolean
}

const wanted: fc.Arbitrary<Wanted> = fc.record({
  pieces: fc.array(
    fc.record({
      hole: fc.oneof(fc.constant(0), fc.nat({ max: 5_000 })),
      bytes: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 9_000 }) }, fc.nat({ max: 3 * MIB })),
    }),
    { maxLength: 4 },
  ),
  isWithin: fc.boolean(),
  isDeeper: fc.boolean(),
  beginsFolder: fc.boolean(),
})

/** What a file of that number holds: zeros are holes. */
function contentOf(number: number, { pieces }: Wanted): Uint8Array {
  const sizeBytes = pieces.reduce((sum, { hole, bytes }) => sum + hole + bytes, 0)
  const content = new Uint8Array(sizeBytes)
  let offset = 0
  for (const { hole, bytes } of pieces) {
    offset += hole
    content.fill(1 + (number % 250), offset, offset + bytes)
    offset += bytes
  }
  return content
}

/** Has all of them made; says where each came to lie, and in which order they should be told. */
async function makeAll(making: FileMaking, files: readonly Wanted[]) {
  const places = new Map<string, Uint8Array>()
  const ends: number[] = []
  let number = 0
  let folder: number | undefined
  const endFolder = async () => {
    if (folder !== undefined) await making.endFolder()
    if (folder !== undefined) ends.push(folder)
    folder = undefined
  }
  for (const file of files) {
    if (file.beginsFolder) {
      await endFolder()
      folder = ++number
      await making.beginFolder(folder)
    }
    const isWithin = file.isWithin && folder !== undefined
    const below = isWithin && file.isDeeper ? `below ${++number}` : undefined
    if (below !== undefined) {
      await making.beginFolder(number, utf8(below))
      ends.push(number)
    }
    const own = ++number
    const within = isWithin ? [below, `file ${own}`].filter(Boolean).join('/') : undefined
    const content = contentOf(own, file)
    places.set(within === undefined ? String(own) : `${folder}/${within}`, content)
    await making.begin(own, facts(content.length), within === undefined ? undefined : utf8(within))
    let offset = 0
    for (const { hole, bytes } of file.pieces) {
      offset += hole
      const piece = content.slice(offset, offset + bytes)
      await making.write(piece, offset)
      // Who gave it may use it again.
      piece.fill(255)
      offset += bytes
    }
    await making.end()
    ends.push(own)
  }
  await endFolder()
  await making.flush()
  return { places, ends }
}

/** Runs what everybody who makes files must hold to. */
export function makingSuite(name: string, open: OpenMaking): void {
  for (const hasDisk of [true, false]) {
    const where = hasDisk ? 'on a disk' : 'in memory'
    test(`${name}: files ${where} have their content and settings, told in order`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(wanted, { maxLength: 70 }), async (files) => {
          using folder = temporaryFolder()
          const { target, told } = listener()
          await using making = open({ staging: folder.path, tree: realTree, hasDisk }, target)
          const { places, ends } = await makeAll(making, files)
          assert.deepEqual(told, ends)
          for (const [path, content] of places) {
            const file = join(folder.path, path)
            assert.equal(Buffer.compare(readFileSync(file), content), 0, path)
            const { mode, mtimeMs } = statSync(file)
            assert.deepEqual([mode & 0o7777, mtimeMs], [0o640, Number(MTIME_NS / 1_000_000n)])
          }
          assert.deepEqual(
            openBelow(folder.path).filter((path) => path !== folder.path),
            [],
          )
        }),
        { numRuns: 8 },
      )
    })
  }

  test(`${name}: nothing is told before it was flushed`, async () => {
    using folder = temporaryFolder()
    const { target, told } = listener()
    const flushed = Promise.withResolvers<void>()
    const flush = async () => await flushed.promise
    const place = { staging: folder.path, tree: { ...realTree, flush }, hasDisk: true }
    await using making = open(place, target)
    await making.beginFolder(1)
    await making.begin(2, facts(0), utf8('in it'))
    await making.end()
    await making.endFolder()
    const flushing = making.flush()
    while (readdirSync(folder.path).length === 0) await new Promise(setImmediate)
    assert.deepEqual(told, [])
    flushed.resolve()
    await flushing
    assert.deepEqual(told, [2, 1])
  })

  test(`${name}: an error is that of its file, and leaves nothing open`, async () => {
    using folder = temporaryFolder()
    const { target, told, failures } = listener()
    let writes = 0
    const write: Tree['write'] = (file, bytes, offset) => {
      if (++writes === 3) throw Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28 })
      realTree.write(file, bytes, offset)
    }
    const place = { staging: folder.path, tree: { ...realTree, write }, hasDisk: true }
    const making = open(place, target)
    const one = {
      pieces: [{ hole: 0, bytes: 10 }],
      isWithin: false,
      isDeeper: false,
      beginsFolder: false,
    }
    await assert.rejects(makeAll(making, Array(200).fill(one)), (error) => {
      assert.equal(errnoOf(error), 'ENOSPC')
      return true
    })
    await making[Symbol.asyncDispose]()
    // Who makes them here throws at the call that was of the file.
    assert.ok(failures.length === 0 || failures[0] === 3)
    assert.deepEqual(told, [])
    assert.deepEqual(openBelow(folder.path), [])
  })

  test(`${name}: what costs one file is told of it, and the others are made`, async () => {
    using folder = temporaryFolder()
    const { target, told, lost } = listener()
    const write: Tree['write'] = (file, bytes, offset) => {
      if (bytes[0] === 7) throw Object.assign(new Error('large'), { code: 'EFBIG', errno: -27 })
      realTree.write(file, bytes, offset)
    }
    const setMode: Tree['setMode'] = (file, mode) => {
      if (mode === 0o4641) throw Object.assign(new Error('busy'), { code: 'EBUSY', errno: -16 })
      realTree.setMode(file, mode)
    }
    const place = { staging: folder.path, tree: { ...realTree, write, setMode }, hasDisk: true }
    await using making = open(place, target)
    const make = async (number: number, byte: number, within?: string, mode = 0o640) => {
      await making.begin(number, { ...facts(3 * MIB), mode }, (within && utf8(within)) || undefined)
      for (let at = 0; at < 3; at++) await making.write(new Uint8Array(MIB).fill(byte), at * MIB)
      await making.end()
    }
    await make(1, 1)
    await make(2, 7)
    await make(3, 1, undefined, 0o4641)
    await making.beginFolder(4)
    await making.beginFolder(5, utf8('x'.repeat(300)))
    await make(6, 1, `${'x'.repeat(300)}/in`)
    await make(7, 1, 'y'.repeat(300))
    await make(8, 1, 'z')
    await make(9, 1, 'z')
    await making.endFolder()
    await making.begin(10, facts(3 * MIB))
    await making.write(new Uint8Array(MIB), 0)
    await making.drop()
    await make(11, 1)
    await making.flush()
    assert.deepEqual(told, [1, 8, 4, 11])
    assert.deepEqual(lost, [
      [2, 'EFBIG'],
      [3, 'EBUSY'],
      [5, 'ENAMETOOLONG'],
      [6, 'ENAMETOOLONG'],
      [7, 'ENAMETOOLONG'],
      [9, 'EEXIST'],
    ])
    assert.deepEqual(readdirSync(folder.path, { recursive: true }).sort(), ['1', '11', '4', '4/z'])
    assert.equal(statSync(join(folder.path, '4/z')).size, 3 * MIB)
  })

  test(`${name}: nothing is made where something is, and through no link`, async () => {
    using folder = temporaryFolder()
    const { target } = listener()
    symlinkSync('/etc/elsewhere', join(folder.path, '1'))
    for (const make of [
      (making: FileMaking) => making.begin(1, facts(0)),
      (making: FileMaking) => making.beginFolder(1),
    ]) {
      await using making = open({ staging: folder.path, tree: realTree, hasDisk: true }, target)
      const attempt = async () => {
        await make(making)
        await making.flush()
      }
      await assert.rejects(attempt, (error) => errnoOf(error) === 'EEXIST')
    }
  })

  test(`${name}: leaving early closes everything`, async () => {
    using folder = temporaryFolder()
    const { target, told } = listener()
    const making = open({ staging: folder.path, tree: realTree, hasDisk: true }, target)
    for (let number = 1; number <= 100; number++) {
      await making.begin(number, facts(10))
      await making.write(new Uint8Array(10), 0)
      if (number < 100) await making.end()
    }
    await making[Symbol.asyncDispose]()
    assert.deepEqual(told, [])
    assert.deepEqual(openBelow(folder.path), [])
  })
}
