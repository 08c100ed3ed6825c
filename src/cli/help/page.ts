// A page of help: sections of paragraphs and fixed lines, laid out to a width, with bold titles on
// a terminal. What a page says comes from elsewhere.

/** A run of text that is wrapped, or lines that stand as they are. */
export type Block =
  | { readonly text: string; readonly indent?: number }
  | { readonly lines: readonly string[]; readonly indent?: number }
  | { readonly title: string; readonly indent?: number }
  | 'blank'

export interface Section {
  /** In capitals. */
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Layout {
  readonly columns: number
  /** Whether titles are bold. */
  readonly bold: boolean
}

/** Where the text of a section begins. */
const MARGIN = 7
/** Wider lines are hard to read. */
const COLUMNS_MAX = 100
const COLUMNS_MIN = 40

/** The page as text, ending in a newline. */
export function renderPage(sections: readonly Section[], layout: Layout): string {
  const columns = Math.max(COLUMNS_MIN, Math.min(layout.columns, COLUMNS_MAX))
  const strong = (text: string) => (layout.bold ? `\x1b[1m${text}\x1b[0m` : text)
  const lines: string[] = []
  for (const { title, blocks } of sections) {
    lines.push(strong(title))
    for (const block of blocks) {
      if (block === 'blank') lines.push('')
      else lines.push(...renderBlock(block, columns, strong))
    }
    lines.push('')
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

function renderBlock(
  block: Exclude<Block, 'blank'>,
  columns: number,
  strong: (text: string) => string,
): string[] {
  const margin = ' '.repeat(MARGIN + (block.indent ?? 0))
  if ('title' in block) return [margin + strong(block.title)]
  const lines = 'lines' in block ? block.lines : wrap(block.text, columns - margin.length)
  return lines.map((line) => (line === '' ? '' : margin + line))
}

/** Breaks a text at its spaces. A word longer than the width stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines
}
