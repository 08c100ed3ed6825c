// The picture of a flame graph: whole XML, to scale, and without what nobody could see.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawFlames, timeByKind } from './flame-graph.ts'
import type { Frame } from './flame-profile.ts'

test('a picture is whole XML whatever functions are called', () => {
  const odd = frame('<a & "b">\u0007', { selfUs: 100 })
  const drawn = drawFlames({ title: 'R & D <1>', panels: [panel([odd])] })
  const { texts, titles } = parseSvg(drawn)
  assert.ok(texts.includes('<a & "b">'), 'and without the control character')
  assert.equal(titles[0], 'R & D <1>')
})

test('the busiest thread fills the width, and others are to its scale', () => {
  const half = panel([frame('half', { selfUs: 250 })])
  const drawn = drawFlames({ title: '', panels: [panel([frame('all', { selfUs: 500 })]), half] })
  const { boxes } = parseSvg(drawn)
  assert.ok(Math.abs(widthOf(boxes, 'all') - 876) < 1)
  assert.ok(Math.abs(widthOf(boxes, 'half') - 438) < 1)
  assert.match(drawn, /busy 50 % of the time/)
  assert.match(drawn, /busy 25 % of the time/)
})

test('a frame lies on the one that called it, the longest first', () => {
  const calls = [frame('inner', { selfUs: 300 }), frame('other', { selfUs: 100 })]
  const outer = frame('outer', { selfUs: 100, calls })
  const { boxes } = parseSvg(drawFlames({ title: '', panels: [panel([outer])] }))
  const [low, high, beside] = ['outer', 'inner', 'other'].map((name) => boxes.get(name))
  assert.ok(low && high && beside)
  assert.equal(low.y - high.y, 17)
  assert.equal(high.x, low.x)
  assert.ok(Math.abs(beside.x - (high.x + high.width)) < 1)
})

test('neighbours that are too narrow are one piece, and less than that is left out', () => {
  const small = Array.from({ length: 5 }, (_, number) => frame(`small-${number}`, { selfUs: 2 }))
  const big = frame('big', { selfUs: 990 })
  const { titles } = parseSvg(drawFlames({ title: '', panels: [panel([big, ...small], 1000)] }))
  assert.ok(titles.includes('5 more: 1.0 %'))
  assert.ok(!titles.some((title) => title.startsWith('small-')))
  const one = drawFlames({ title: '', panels: [panel([big, ...small.slice(0, 1)], 1000)] })
  assert.ok(!parseSvg(one).titles.some((title) => title.includes('more:')))
})

test('a thread with hardly anything to do has its bar and no flames', () => {
  const idle = panel([frame('hardly', { selfUs: 5 })])
  const drawn = drawFlames({ title: '', panels: [panel([frame('much', { selfUs: 900 })]), idle] })
  assert.match(drawn, /busy 0\.5 % of the time/)
  assert.doesNotMatch(drawn, /hardly/)
})

test('time by kind is each frame’s own, and sums to what the thread was busy', () => {
  const write = frame('write', { kind: 'native', selfUs: 30 })
  const { root } = panel([frame('save', { selfUs: 20, calls: [write] })])
  const found = Object.fromEntries(timeByKind(root))
  assert.deepEqual([found.own, found.native, found.gc], [20, 30, 0])
})

interface Shape {
  readonly x: number
  readonly y: number
  readonly width: number
}

/** Reads a picture as an XML parser would; throws where tags or entities are not whole. */
function parseSvg(text: string) {
  const open: string[] = []
  const found = { texts: [] as string[], titles: [] as string[], boxes: new Map<string, Shape>() }
  let title = ''
  for (const [, close, name = '', attributes = '', empty, words = ''] of text.matchAll(
    /<(\/?)(\w+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>([^<]*)/g,
  )) {
    if (close) assert.equal(open.pop(), name)
    else if (!empty) open.push(name)
    if (close) continue
    if (name === 'title') found.titles.push(decode(words))
    if (name === 'title') title = decode(words).replace(/: [\d.]+ %.*$/, '')
    if (name === 'text') found.texts.push(decode(words))
    const of = (wanted: string) =>
      Number(new RegExp(`\\b${wanted}="([^"]*)"`).exec(attributes)?.[1] ?? Number.NaN)
    if (name === 'rect') found.boxes.set(title, { x: of('x'), y: of('y'), width: of('width') })
  }
  assert.deepEqual(open, [])
  const left = text.replace(/<\/?\w+(?:\s+[\w:-]+="[^"<]*")*\s*\/?>/g, '')
  assert.doesNotMatch(left, /<|&(?!amp;|lt;|gt;)|[^\P{Cc}\n]/u, 'nothing but tags and text')
  return found
}

function decode(words: string): string {
  return words.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function widthOf(boxes: ReadonlyMap<string, Shape>, name: string): number {
  return boxes.get(name)?.width ?? Number.NaN
}

function panel(calls: readonly Frame[], wallUs = 1000) {
  const root = frame('(root)', { selfUs: 0, calls })
  return { name: 'thread', wallUs, idleUs: wallUs - root.totalUs, root }
}

function frame(
  name: string,
  of: { selfUs: number; kind?: Frame['kind']; calls?: readonly Frame[] },
): Frame {
  const { selfUs, kind = 'own', calls: children = [] } = of
  const totalUs = children.reduce((sum, child) => sum + child.totalUs, selfUs)
  return { name, place: '', kind, owner: '', selfUs, totalUs, children }
}
