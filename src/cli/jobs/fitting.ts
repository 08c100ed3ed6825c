// Lines that fit: what matters least is left out first, and only the last word is ever cut.

import stringWidth from 'string-width'
import { type Figures, figureList, figuresOf, messageOf, waitsFor } from './progress-figures.ts'
import type { JobSnapshot } from './snapshot.ts'

/** The text in at most so many columns, with `…` where something is gone. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let kept = ''
  for (const character of text) {
    if (stringWidth(kept) + stringWidth(character) > columns - 1) break
    kept += character
  }
  return columns > 0 ? `${kept}…` : ''
}

/** The text with blanks behind it, in so many columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - stringWidth(text)))

const SEPARATOR = ' · '
export const joined = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(SEPARATOR)

/** The figures in ever fewer words: rate and time left go last. */
const SHORTER: readonly ((figures: Figures) => (string | undefined)[])[] = [
  ({ doneOf, reused, rate, left, slowedBy }) => [doneOf, reused, rate, left, slowedBy],
  ({ doneOf, reused, rate, left }) => [doneOf, reused, rate, left],
  ({ doneOf, rate, left }) => [doneOf, rate, left],
  ({ done, rate, left }) => [done, rate, left],
  ({ done, rate, left }) => (rate === undefined && left === undefined ? [done] : [rate, left]),
]

/**
 * What is told of a job beside its percentage, from the whole to the least that is told of it:
 * what it waits for or its figures, and AWS's message.
 */
export function detailsOf(snapshot: JobSnapshot): string[] {
  const message = messageOf(snapshot)
  if (waitsFor(snapshot) !== undefined) return [joined([...figureList(snapshot), message])]
  const figures = figuresOf(snapshot)
  return SHORTER.map((words) => joined([...words(figures), message]))
}

/** The longest of them that fits; where none does, the least, cut from its end on. */
export function fitting(texts: readonly string[], columns: number): string {
  const fits = texts.find((text) => stringWidth(text) <= columns)
  return fits ?? cut(texts.at(-1) ?? '', columns)
}
