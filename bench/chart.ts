// Bars as plain SVG that reads on light and on dark pages. Each panel is one data set; each group
// one phase, on a scale of its own, because a no-op and a first copy differ by a thousand times.

export interface Panel {
  readonly title: string
  readonly groups: readonly {
    readonly name: string
    readonly bars: readonly {
      readonly name: string
      readonly value: number
      readonly label: string
    }[]
  }[]
}

const WIDTH = 760
const NAME_WIDTH = 190
const BAR_WIDTH = 430
const ROW = 16
const GAP = 8
const TITLE = 30
const OURS = 'copyhold'

export function drawChart(panels: readonly Panel[]): string {
  const parts: string[] = []
  let y = 0
  for (const panel of panels) {
    y += TITLE
    parts.push(text({ x: 8, y, words: panel.title, style: 'font-weight="bold" font-size="14"' }))
    y += GAP
    for (const group of panel.groups) {
      const most = Math.max(...group.bars.map((bar) => bar.value))
      for (const [row, bar] of group.bars.entries()) {
        if (row === 0) parts.push(text({ x: 8, y: y + 12, words: group.name }))
        const width = Math.max(1, (bar.value / most) * BAR_WIDTH)
        const fill = bar.name === OURS ? '#2a78c6' : '#9aa3ad'
        const at = `x="${NAME_WIDTH}" y="${y + 2}"`
        const size = `width="${width.toFixed(1)}" height="${ROW - 4}"`
        parts.push(`<rect ${at} ${size} fill="${fill}"/>`)
        const end = { x: NAME_WIDTH - 6, y: y + 12, words: bar.name, style: 'text-anchor="end"' }
        parts.push(text(end))
        parts.push(text({ x: NAME_WIDTH + width + 6, y: y + 12, words: bar.label }))
        y += ROW
      }
      y += GAP
    }
  }
  const size = `width="${WIDTH}" height="${y + GAP}" viewBox="0 0 ${WIDTH} ${y + GAP}"`
  const font = 'font-family="system-ui, sans-serif" font-size="11" fill="#808890"'
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font}>\n${parts.join('\n')}\n</svg>\n`
}

function text(of: { x: number; y: number; words: string; style?: string }): string {
  const words = of.words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${of.x.toFixed(1)}" y="${of.y}" ${of.style ?? ''}>${words}</text>`
}
