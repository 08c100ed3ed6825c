// An article filled with the facts of a job, as data: what a program gets, and what is printed.

import { type Article, type Facts, filler, type Paste } from './article.ts'

/** An article about one case. */
export interface FilledArticle {
  readonly id: string
  readonly title: string
  readonly means: string
  readonly fixes: readonly { readonly do: string; readonly paste?: Paste }[]
}

/** Fills an article in; what is not known stays a placeholder in angle brackets. */
export function fillArticle(article: Article, facts: Facts): FilledArticle {
  const fill = filler(facts)
  const means = article.means.replace(/\{(\w+)\}/g, (_, name) => fill(name as keyof Facts))
  return { id: article.id, title: article.title, means, fixes: article.fixes(fill) }
}

const COLUMNS = 78

/** The article as it is printed below a job or a message. */
export function printArticle({ title, means, fixes }: FilledArticle): string {
  const parts = [title, '', ...wrap(means, '  '), '', 'What helps']
  fixes.forEach((fix, index) => {
    parts.push(...wrap(`${index + 1}. ${fix.do}`, '  ', '     '))
    if (fix.paste) parts.push(...pasteLines(fix.paste).map((line) => `     ${line}`))
  })
  return `${parts.join('\n')}\n`
}

/** What is pasted: never wrapped, or it could not be. */
export function pasteLines(paste: Paste): string[] {
  return paste.kind === 'command'
    ? [paste.line]
    : JSON.stringify(paste.document, undefined, 2).split('\n')
}

/** A paragraph in lines, words kept whole. */
export function wrap(text: string, first: string, rest = first): string[] {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    const empty = line === first || line === rest
    if (!empty && line.length + word.length + 1 > COLUMNS) {
      lines.push(line)
      line = rest
    }
    line += line === first || line === rest ? word : ` ${word}`
  }
  return [...lines, line]
}
