// The catalogue as a page of the documentation. A test keeps the page as this writes it.

import type { Article } from './article.ts'
import { ARTICLES } from './catalogue.ts'
import { fillArticle, pasteLines } from './fill.ts'

const HEAD = `<!-- Written from the catalogue in src/cli/explain; a test keeps it so. -->
<!-- no block of this page is run: explain fills them in; a test has each of them read -->

# Failures, and what helps

Every documented text of a copy job that fails, of a request that is refused, and of Copyhold's own
failures, one article each. \`copyhold explain JOB\` finds the article of a job and fills it with
the names of its vaults, roles and Regions; \`copyhold explain 'TEXT'\` takes a message,
\`copyhold explain NAME\` an article's name, \`copyhold explain --list\` lists them. What stands
in angle brackets here is filled in there.

| failure | name | is told by | begins |
|---|---|---|---|`

/** The whole page, Markdown. */
export function failuresPage(): string {
  return `${[HEAD, ...ARTICLES.map(row), '', ...ARTICLES.map(articleText)].join('\n').trimEnd()}\n`
}

const TOLD_BY: Readonly<Record<Article['appears'], string>> = {
  job: 'a job',
  request: 'an answer',
  both: 'an answer or a job',
}
const BEGINNING = 60

function row({ id, title, appears, texts }: Article): string {
  const begins = escaped(beginning(texts[0] ?? '')).replaceAll('|', '\\|')
  return `| [${title}](#${id}) | \`${id}\` | ${TOLD_BY[appears]} | ${begins} |`
}

// As many whole words as tell it from others.
function beginning(text: string): string {
  if (text.length <= BEGINNING) return text
  return `${text.slice(0, text.lastIndexOf(' ', BEGINNING))} …`
}

const APPEARS: Readonly<Record<Article['appears'], string>> = {
  job: 'Stands in the StatusMessage of a job that has ended.',
  request: 'Answers a request.',
  both: 'Answers a request, or stands in the StatusMessage of a job.',
}

function articleText(article: Article): string {
  const { id, title, means, fixes } = fillArticle(article, {})
  const source = article.said === 'AWS' ? '' : ' Only Copyhold says so.'
  return [
    `## ${title}`,
    '',
    `<a id="${id}"></a>\`${id}\`. ${APPEARS[article.appears]}${source}`,
    '',
    ...article.texts.map((text) => `> ${escaped(text)}\n`),
    escaped(means),
    '',
    ...fixes.flatMap((fix) => [
      `- ${escaped(fix.do)}`,
      ...(fix.paste ? ['', fenced(fix.paste.kind, pasteLines(fix.paste)), ''] : []),
    ]),
    '',
  ].join('\n')
}

const fenced = (kind: string, lines: readonly string[]) =>
  [`\`\`\`${kind === 'policy' ? 'json' : 'sh'}`, ...lines, '```']
    .map((text) => `  ${text}`)
    .join('\n')

// Placeholders in angle brackets would be taken for markup.
const escaped = (text: string) => text.replaceAll('<', '\\<').replaceAll('*', '\\*')
