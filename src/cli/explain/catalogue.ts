// The catalogue of failures: every documented text of a copy that fails or is refused, Copyhold's
// own besides, one article each; and which article a message belongs to.

import type { Article, Facts } from './article.ts'
import { ACCESS } from './articles-access.ts'
import { COPIES } from './articles-copies.ts'
import { OTHERS } from './articles-copyhold.ts'
import { KEYS } from './articles-keys.ts'
import { REQUESTS } from './articles-requests.ts'

/** Every article, in the order in which patterns are tried. */
export const ARTICLES: readonly Article[] = [
  ...COPIES.filter(({ texts }) => texts.length > 0),
  ...KEYS,
  ...REQUESTS,
  ...COPIES.filter(({ texts }) => texts.length === 0),
  ...moveLast(ACCESS, 'role-rights'),
  ...OTHERS,
]

// A pattern as wide as "access denied" has its turn after the narrow ones.
function moveLast(articles: readonly Article[], id: string): readonly Article[] {
  const last = articles.filter((article) => article.id === id)
  return [...articles.filter((article) => article.id !== id), ...last]
}

/** The article of a message, and what the message itself tells. */
export interface Match {
  readonly article: Article
  readonly facts: Facts
}

/** The article a message belongs to: by its text, else by what it is like. */
export function matchMessage(message: string): Match | undefined {
  const text = plainText(message)
  for (const article of ARTICLES) {
    for (const template of article.texts) {
      const facts = factsIn(template, text)
      if (facts) return { article, facts }
    }
  }
  const begun = ARTICLES.find(({ texts }) => texts.some((whole) => begins(whole, text)))
  if (begun) return { article: begun, facts: {} }
  const article = ARTICLES.find(({ like }) => like?.some((pattern) => pattern.test(text)))
  return article && { article, facts: {} }
}

// Somebody typed the beginning, or a console cut the rest off.
function begins(whole: string, text: string): boolean {
  const start = text.replace(/(?:\.{3}|…)$/, '').toLowerCase()
  return start.length >= BEGINNING_MIN && whole.toLowerCase().startsWith(start)
}

const BEGINNING_MIN = 16

/** The article of that id. */
export function articleNamed(id: string): Article | undefined {
  return ARTICLES.find((article) => article.id === id)
}

// Consoles and clients put words before AWS's own, and not everyone keeps the full stop.
function plainText(message: string): string {
  return message
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^.*?An error occurred \(\w+\) when calling the \w+ operation[^:]*: /, '')
    .replace(/^Error in (?:rule .*?|some rules due to) ?: /, '')
    .replace(/^(?:Access denied|Error|\w+Exception): /i, '')
    .replace(/^"(.*)"$/, '$1')
}

function factsIn(template: string, text: string): Facts | undefined {
  const literal = plainText(template).split(/\{(\w+)\}/)
  const source = literal
    .map((part, index) => (index % 2 === 0 ? escaped(part) : `(?<${part}>.+?)`))
    .join('')
    .replace(/\\\.$/, '')
  const match = new RegExp(`^${source}\\.?$`, 'i').exec(text)
  return match ? { ...match.groups } : undefined
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
