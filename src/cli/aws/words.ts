// A line split into words as Python's shlex does it, which is as a shell would without expanding
// anything: quotes, backslashes, no comments.

/** The line ends within quotes or after a backslash; the message is Python's. */
export class UnfinishedLine extends Error {
  override readonly name = 'UnfinishedLine'
}

/** The words of a line. Throws UnfinishedLine. */
export function splitWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string
    if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === '\\') {
      at++
      if (at >= line.length) throw new UnfinishedLine('No escaped character')
      word = (word ?? '') + line[at]
    } else if (character === "'" || character === '"') {
      const quoted = readQuoted(line, at)
      word = (word ?? '') + quoted.text
      at = quoted.end
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

// `end` is where the closing quote stands. Only double quotes know a backslash.
function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line[start]
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at] as string
    if (character === quote) return { text, end: at }
    if (quote === '"' && character === '\\') {
      const next = line[at + 1]
      if (next === undefined) throw new UnfinishedLine('No escaped character')
      text += next === '"' || next === '\\' ? next : character + next
      at++
    } else {
      text += character
    }
  }
  throw new UnfinishedLine('No closing quotation')
}

/** A word as a shell reads it back. */
export function quoteWord(word: string): string {
  if (word !== '' && /^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'"'"'`)}'`
}
