// Signs and colours for what passed, failed or is in doubt: for people at a terminal alone. Whoever
// sets NO_COLOR, or has a terminal without colours, gets the signs.

import { styleText } from 'node:util'
import type { Surroundings } from '../world/index.ts'
import type { Host } from './host.ts'

export type Tone = 'good' | 'bad' | 'doubt' | 'plain'

/** Colours a text, or leaves it as it is. */
export type Paint = (text: string, tone: Tone) => string

/** Leaves every text as it is. */
export const unpainted: Paint = (text) => text

const COLOURS = { good: 'green', bad: 'red', doubt: 'yellow' } as const

/** What colours what goes to a stream. */
export function paintFor(isTerminal: boolean, { variable }: Surroundings): Paint {
  const isColoured = isTerminal && !variable('NO_COLOR') && variable('TERM') !== 'dumb'
  if (!isColoured) return unpainted
  return (text, tone) =>
    tone === 'plain' ? text : styleText(COLOURS[tone], text, { validateStream: false })
}

/** The sign of a tone, one column wide. */
export const signOf = (tone: Tone): string =>
  ({ good: '✓', bad: '✗', doubt: '!', plain: ' ' })[tone]

const VERDICTS: Readonly<Record<string, Tone>> = { pass: 'good', fail: 'bad', unknown: 'doubt' }

/** Writes verdicts to standard output: on a terminal with sign and colour, elsewhere as a word. */
export function verdictsFor({ terminal, surroundings }: Pick<Host, 'terminal' | 'surroundings'>) {
  const paint = paintFor(terminal.outIsTerminal, surroundings)
  return (verdict: string, columns: number): string => {
    const word = verdict.padEnd(columns)
    if (!terminal.outIsTerminal) return word
    const tone = VERDICTS[verdict] ?? 'plain'
    return paint(`${signOf(tone)} ${word}`, tone)
  }
}
