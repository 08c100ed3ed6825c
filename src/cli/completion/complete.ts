// `copyhold _complete SHELL …`: what the scripts ask at every press of the key. One candidate a
// line, in the form the shell wants; no answer where nothing is known or something is wrong.

import type { Host } from '../host.ts'
import { type Candidate, candidatesFor } from './candidates.ts'
import type { Question } from './live-values.ts'
import { readOwnCommands } from './own-commands.ts'

/** Answers 0 always: a shell has nobody to tell. */
export async function complete(argv: readonly string[], host: Host): Promise<number> {
  const [shell, ...rest] = argv
  const around = {
    surroundings: host.surroundings,
    ownCommands: () => readOwnCommands(host),
    live: async (question: Question) =>
      (await import('./live-values.ts')).liveValues(question, host),
  }
  if (shell === 'bash') {
    const [breaks = '', line = ''] = rest
    const words = splitLine(line).slice(1)
    const kept = keptLength(words.at(-1) ?? '', breaks)
    print(await candidatesFor(words, around), ({ word }) => bashWord(word.slice(kept)))
  } else if (shell === 'zsh') {
    const kept = /^--[^=]*=/.exec(rest.at(-1) ?? '')?.[0].length ?? 0
    print(await candidatesFor(rest, around), ({ word, about }) =>
      [word.slice(kept).replaceAll(':', '\\:'), brief(about)].filter(Boolean).join(':'),
    )
  } else if (shell === 'fish') {
    print(await candidatesFor(rest, around), ({ word, about }) =>
      [word, brief(about)].filter(Boolean).join('\t'),
    )
  }
  return 0

  function print(candidates: readonly Candidate[], form: (candidate: Candidate) => string): void {
    host.terminal.out(candidates.map((candidate) => `${form(candidate)}\n`).join(''))
  }
}

/** The first sentence, without its full stop, so that a line stays a line. */
function brief(about: string): string {
  const [first = ''] = about.split(/(?<=[a-z)])\. |; /)
  return first.replace(/\.$/, '')
}

// bash replaces only what follows the last character it breaks words at.
function keptLength(word: string, breaks: string): number {
  const at = Math.max(
    ...[...'=:'].filter((c) => breaks.includes(c)).map((c) => word.lastIndexOf(c)),
  )
  return Math.max(0, at + 1)
}

const bashWord = (word: string) => word.replace(/[\s'"\\$`&|;<>()*?[\]{}#~!]/g, '\\$&')

/** A line as bash takes it apart, as far as quotes go; the last word is the one being typed. */
export function splitLine(line: string): string[] {
  const words: string[] = []
  let word = ''
  let inside = ''
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] as string
    if (letter === '\\' && inside !== "'") word += line[++at] ?? ''
    else if (inside !== '') {
      if (letter === inside) inside = ''
      else word += letter
    } else if (letter === '"' || letter === "'") inside = letter
    else if (/\s/.test(letter)) {
      if (word !== '' || /["']/.test(line[at - 1] ?? '')) words.push(word)
      word = ''
    } else word += letter
  }
  return [...words, word]
}
