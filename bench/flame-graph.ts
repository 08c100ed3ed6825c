// Flame graphs as one plain picture that reads on light and on dark pages and needs no script: one
// panel a thread. Its bar is the time that the work took, and how much of it the thread was busy;
// its flames are to one scale for all threads, of which the busiest fills the width. What calls
// lies below what it calls; what is too narrow to see is one piece with its neighbours.

import type { Frame, ThreadTime } from './flame-profile.ts'
import type { FrameKind } from './frame-names.ts'

export interface FlamePanel extends ThreadTime {
  readonly name: string
}

interface Flames {
  readonly title: string
  readonly panels: readonly FlamePanel[]
  /** Of the width; what is less is put together. */
  readonly shareMin?: number
}

const WIDTH = 900
const MARGIN = 12
const INNER = WIDTH - 2 * MARGIN
const ROW = 17
/** What a letter takes in the wider of the usual fonts. */
const CHARACTER = 6.5
const SHARE_MIN = 0.003
/** Flames narrower than this could not be read: such a thread has only its bar. */
const FLAMES_WIDTH_MIN = 80

const KINDS: Readonly<Record<FrameKind, string>> = {
  own: 'Copyhold',
  package: 'packages',
  node: "Node's library",
  native: 'native calls',
  gc: 'garbage collector',
  program: 'other native code',
}

// Pale on both backgrounds, with dark letters on them.
const STYLE = `<style>
.back{fill:#fff;stroke:#d0d7de}.words{fill:#1f2328}.idle{fill:#e6e9ed}
text{font:11px system-ui,sans-serif;fill:#1f2328}.head{font-weight:600;font-size:13px}
.own{fill:#f2a65a}.package{fill:#e5cf62}.node{fill:#8ec1ea}.native{fill:#ee8f84}
.gc{fill:#bd9fe6}.program{fill:#b9c0c8}.rest{fill:#d9dde1}
@media(prefers-color-scheme:dark){.back{fill:#161b22;stroke:#3d444d}.words{fill:#e6edf3}
.idle{fill:#2b323b}}
</style>`

export function drawFlames({ title, panels, shareMin = SHARE_MIN }: Flames): string {
  const parts: string[] = []
  let y = 24
  parts.push(words({ x: MARGIN, y, text: title, head: true }))
  y += 12
  parts.push(...legend(y))
  y += ROW
  const fullUs = Math.max(...panels.map(({ root }) => root.totalUs))
  for (const panel of panels) {
    y += 22
    parts.push(words({ x: MARGIN, y, text: panelTitle(panel), head: true }))
    y += 8
    parts.push(...busyBar(panel, y))
    y += 14
    const flamesWidth = (panel.root.totalUs / Math.max(1, fullUs)) * INNER
    if (flamesWidth < FLAMES_WIDTH_MIN) continue
    const rows = layOut(panel, { fullUs, shareMin })
    const floor = y + ROW * Math.max(...rows.map(({ depth }) => depth))
    parts.push(...rows.map((row) => box(row, floor)))
    y = floor
  }
  const height = y + MARGIN
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`
  const inside = `width="${WIDTH - 1}" height="${height - 1}"`
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">`,
    `<title>${escapeText(title)}</title>`,
    STYLE,
    `<rect class="back" x=".5" y=".5" ${inside} rx="6"/>`,
    ...parts,
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

interface Box {
  /** The lowest is 1. */
  readonly depth: number
  readonly x: number
  readonly width: number
  readonly label: string
  readonly kind: FrameKind | 'rest'
  readonly hint: string
}

/** Where each frame goes; neighbours that are too narrow become one box without a name. */
function layOut(
  { root, wallUs }: FlamePanel,
  { fullUs, shareMin }: { fullUs: number; shareMin: number },
): Box[] {
  const boxes: Box[] = []
  const leastUs = shareMin * fullUs
  const widthOf = (us: number) => (us / fullUs) * INNER
  const visit = (frames: readonly Frame[], depth: number, from: number) => {
    let x = from
    const wide = frames.filter((frame) => frame.totalUs >= leastUs)
    for (const frame of wide) {
      const { name: label, kind, totalUs, place, selfUs } = frame
      const width = widthOf(totalUs)
      const own = selfUs < totalUs ? `, ${percent(selfUs / wallUs)} in itself` : ''
      const where = place && place !== label ? ` (${place})` : ''
      const hint = `${label}${where}: ${percent(totalUs / wallUs)}${own}`
      boxes.push({ depth, x, width, label, kind, hint })
      visit(frame.children, depth + 1, x)
      x += width
    }
    const count = frames.length - wide.length
    const totalUs = sumOf(frames) - sumOf(wide)
    if (totalUs < leastUs) return
    const hint = `${count} more: ${percent(totalUs / wallUs)}`
    boxes.push({ depth, x, width: widthOf(totalUs), label: '', kind: 'rest', hint })
  }
  visit(root.children, 1, MARGIN)
  return boxes
}

function sumOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + frame.totalUs, 0)
}

function box({ depth, x, width, label, kind, hint }: Box, floor: number): string {
  const y = floor - depth * ROW
  // A hair between neighbours, so that one sees where one ends.
  const shown = Math.max(0.5, width - 0.6).toFixed(1)
  const size = `width="${shown}" height="${ROW - 1}"`
  const rect = `<rect class="${kind}" x="${x.toFixed(1)}" y="${y}" ${size}/>`
  const said = escapeText(fitted(label, width - 6))
  const text = said && `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${said}</text>`
  return `<g><title>${escapeText(hint)}</title>${rect}${text}</g>`
}

/** As much of a name as there is room for; nothing rather than two letters. */
function fitted(label: string, width: number): string {
  const room = Math.floor(width / CHARACTER)
  if (label.length <= room) return label
  return room < 4 ? '' : `${label.slice(0, room - 1)}…`
}

function panelTitle(panel: FlamePanel): string {
  return `${panel.name}: busy ${percent(busyShare(panel))} of the time`
}

function busyShare({ root, wallUs }: ThreadTime): number {
  return root.totalUs / wallUs
}

/** How the thread's time divides among the kinds of code; the rest of the bar is idle. */
function busyBar({ root, wallUs }: ThreadTime, y: number): string[] {
  const parts = [`<rect class="idle" x="${MARGIN}" y="${y}" width="${INNER}" height="6"/>`]
  let x = MARGIN
  for (const [kind, us] of timeByKind(root)) {
    const width = (us / wallUs) * INNER
    const hint = `<title>${KINDS[kind]}: ${percent(us / wallUs)}</title>`
    const at = `x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="6"`
    if (width >= 0.5) parts.push(`<g>${hint}<rect class="${kind}" ${at}/></g>`)
    x += width
  }
  return parts
}

/** Time in code of each kind itself, in the order of the legend. */
export function timeByKind(root: Frame): [FrameKind, number][] {
  const found = new Map(Object.keys(KINDS).map((kind) => [kind as FrameKind, 0]))
  const visit = (frame: Frame) => {
    found.set(frame.kind, (found.get(frame.kind) ?? 0) + frame.selfUs)
    for (const child of frame.children) visit(child)
  }
  visit(root)
  return [...found]
}

function legend(y: number): string[] {
  let x = MARGIN
  return Object.entries({ ...KINDS, idle: 'idle' }).flatMap(([kind, text]) => {
    const square = `<rect class="${kind}" x="${x}" y="${y}" width="11" height="11"/>`
    const said = words({ x: x + 16, y: y + 10, text })
    x += Math.round(36 + text.length * CHARACTER)
    return [square, said]
  })
}

function words(of: { x: number; y: number; text: string; head?: boolean }): string {
  const looks = of.head ? 'words head' : 'words'
  return `<text class="${looks}" x="${of.x}" y="${of.y}">${escapeText(of.text)}</text>`
}

function percent(share: number): string {
  const value = share * 100
  return `${value.toFixed(value < 10 ? 1 : 0)} %`
}

/** Names come from programs: `<anonymous>` and `&` are usual, control characters are not text. */
export function escapeText(text: string): string {
  return text
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
