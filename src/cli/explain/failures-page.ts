// The catalogue as a page of the documentation. A test keeps the page as this writes it.

import type { Article } from './article.ts'
import { ARTICLES } from './catalogue.ts'
import { fillArticle, pasteLines } from './fill.ts'

const HEAD = `<!-- Written from the catalogue in src/cli/explain; a test keeps it so. -->

# Failures, and what helps

Every documented text of a copy job that fails, of a request that is refused, and of Copyhold's own
failures, one article each. \`copyhold explain JOB\` finds the article of a job and fills it with
the names of its vaults, roles and Regions; \`copyhold explain 'TEXT'\` takes a message,
\`copyhold explain NAME\` an article's name, \`copyhold explain --list\` lists them. What stands
in angle brackets here is filled in there.
`

/** The whole page, Markdown. */
export function failuresPage(): string {
  const contents = ARTICLES.map(({ id, title }) => `- [${title}](#${id})`)
  return `${[HEAD, ...contents, '', ...ARTICLES.map(articleText)].join('\n').trimEnd()}\n`
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
