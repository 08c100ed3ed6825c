// What is kept of a CPU profile: the time within the spans, by names that can be found in src/.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  busiest,
  cutProfile,
  type Frame,
  foldStack,
  inRoom,
  type Profile,
} from './flame-profile.ts'
import { type CallFrame, type FrameName, frameNamer } from './frame-names.ts'

const nameFrame = frameNamer(({ url, lineNumber }) =>
  url === 'built' ? { file: 'src/vault/sealing.ts', line: lineNumber, word: '#seal' } : undefined,
)

/** Idle for 10, sealing for 20, in AES below it for 30, the garbage collector for 40. */
const PROFILE: Profile = {
  startTime: 1000,
  endTime: 1105,
  samples: [2, 3, 5, 6],
  timeDeltas: [5, 10, 20, 30],
  nodes: [
    { id: 1, callFrame: called('(root)'), children: [2, 4, 6] },
    { id: 2, callFrame: called('(idle)') },
    { id: 4, callFrame: called('processTimers', 'node:internal/timers'), children: [3] },
    { id: 3, callFrame: called('seal', 'built', 33), children: [5] },
    { id: 5, callFrame: called('update', 'node:internal/crypto/cipher') },
    { id: 6, callFrame: called('(garbage collector)') },
  ],
}

test('a sample counts until the next one, and idle time is apart', () => {
  const { wallUs, idleUs, root } = cutProfile(PROFILE, [all()], nameFrame)
  assert.equal(wallUs, 105)
  assert.equal(idleUs, 10)
  assert.equal(root.totalUs, 90)
  assert.deepEqual(shapeOf(root), [
    ['src/vault', 0, [['seal', 20, [['crypto/cipher: update', 30, []]]]]],
    ['garbage collector', 40, []],
  ])
})

test('only the part of a sample that lies in a span counts', () => {
  const spans = [
    { startUs: 0, endUs: 1010 },
    { startUs: 1030, endUs: 1040 },
  ]
  const { wallUs, idleUs, root } = cutProfile(PROFILE, spans, nameFrame)
  assert.equal(wallUs, 1020)
  assert.equal(idleUs, 5)
  assert.deepEqual(shapeOf(root), [
    ['src/vault', 0, [['seal', 5, [['crypto/cipher: update', 5, []]]]]],
  ])
})

test('a profile without a sample in any span is empty', () => {
  const { idleUs, root } = cutProfile(PROFILE, [{ startUs: 5000, endUs: 6000 }], nameFrame)
  assert.deepEqual([idleUs, root.totalUs, root.children], [0, 0, []])
})

test('what calls itself, or stays within a package or Node, is one frame', () => {
  const stack = [
    name('runMicrotasks', 'native'),
    name('walk', 'own'),
    name('walk', 'own'),
    name('kysely: execute', 'package', 'kysely'),
    name('kysely: compile', 'package', 'kysely'),
    name('zlib: gzip', 'node', 'node'),
    name('buffer: alloc', 'node', 'node'),
    name('write', 'native'),
  ]
  const kept = ['walk', 'kysely: execute', 'zlib: gzip', 'write']
  assert.deepEqual(foldStack(stack).map(nameOnly), kept)
})

test('a stack stands on the room of our first call, or on whose code it is', () => {
  const run = { ...name('run', 'own'), place: 'src/catalog/sqlite.ts:102' }
  const execute = name('kysely: execute', 'package', 'kysely')
  const fs = name('fs: open', 'node', 'node')
  const roomOf = (stack: FrameName[]) => inRoom(stack).map(nameOnly)
  assert.deepEqual(roomOf([execute, run]), ['src/catalog', 'kysely: execute', 'run'])
  assert.deepEqual(roomOf([execute, fs]), ['kysely', 'kysely: execute', 'fs: open'])
  assert.deepEqual(roomOf([fs]), ['Node', 'fs: open'])
  assert.deepEqual(roomOf([name('garbage collector', 'gc')]), ['garbage collector'])
})

test('the busiest functions are those with the most time of their own, natives by caller', () => {
  const { root } = cutProfile(PROFILE, [all()], nameFrame)
  assert.deepEqual(busiest(root, 2), [
    { what: 'garbage collector', us: 40 },
    { what: 'crypto/cipher: update (node:internal/crypto/cipher)', us: 30 },
  ])
})

test('a frame is named as its function is in src/', () => {
  const named = (functionName: string, url: string) => nameFrame(called(functionName, url, 7)).name
  assert.equal(named('seal$1', 'built'), 'seal', 'a number that the build added')
  assert.equal(named('#a', 'built'), '#seal', 'a private name that the build shortened')
  assert.equal(named('', 'built'), 'sealing.ts:7', 'a function without a name')
  assert.equal(named('writeSync', 'node:fs'), 'fs: writeSync')
  assert.equal(named('send', 'file:///x/node_modules/@a/b/c.js'), '@a/b: send')
  assert.equal(named('wasm-function[3]', 'wasm://wasm/5f'), 'WebAssembly')
  assert.equal(named('open', ''), 'open')
})

function all() {
  return { startUs: 1000, endUs: 1105 }
}

function called(functionName: string, url = '', lineNumber = -1): CallFrame {
  return { functionName, url, lineNumber, columnNumber: 0 }
}

function name(of: string, kind: FrameName['kind'], owner = ''): FrameName {
  return { name: of, place: '', kind, owner }
}

function nameOnly(frame: FrameName): string {
  return frame.name
}

function shapeOf({ children }: Frame): unknown[] {
  return children.map((child) => [child.name, child.selfUs, shapeOf(child)])
}
