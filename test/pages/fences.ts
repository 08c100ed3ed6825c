// The fenced blocks of a Markdown page, and what the comment above one tells the test of pages.

/** A fenced block. */
export interface Fence {
  /** The first word behind the fence; empty when there is none. */
  readonly language: string
  readonly text: string
  /** Its first line's number in the page, counted from 1. */
  readonly line: number
  /** The comment that stands on the line above the fence. */
  readonly mark: Mark
}

/** How a block is run. */
export type Mark =
  | { readonly kind: 'run'; readonly codes: readonly number[] }
  /** Runs on in another shell while the blocks below are run. */
  | { readonly kind: 'another shell' }
  | { readonly kind: 'not run'; readonly why: string }

const FENCE = /^([ ]*)```([\w-]*)[^\n]*\n(.*?)^\1```$/gms
const MARK = /^ *<!-- (not run|another shell|ends with)(?:: ?| )?(.*?) ?-->$/
const SHELLS = new Set(['sh', 'bash', 'shell', 'console'])

/** The page's fenced blocks, in order. */
export function fencesOf(page: string): Fence[] {
  return [...page.matchAll(FENCE)].map((found) => {
    const [, indent = '', language = '', text = ''] = found
    const above = page.slice(0, found.index).split('\n')
    return {
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      line: above.length,
      mark: markOf(above.at(-2) ?? ''),
    }
  })
}

/** Whether commands stand in it. */
export const isShell = ({ language }: Fence): boolean => SHELLS.has(language)

/** Why no block of the page is run, if the page says so; such a page is held in another way. */
export function whyNotRun(page: string): string | undefined {
  return /^<!-- no block of this page is run: (.+?) -->$/m.exec(page)?.[1]
}

function markOf(line: string): Mark {
  const [, kind, rest = ''] = MARK.exec(line) ?? []
  if (kind === 'not run') return { kind, why: rest }
  if (kind === 'another shell') return { kind }
  return { kind: 'run', codes: kind === 'ends with' ? rest.split(', ').map(Number) : [] }
}
