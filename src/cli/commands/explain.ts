// `copyhold explain`: a job and why it is where it is, the text of a message, an article by its
// name, or the list of all. Only reads.

import { formatJson } from '../aws/output-json.ts'
import type { Article, Facts } from '../explain/article.ts'
import { ARTICLES, articleNamed, matchMessage } from '../explain/catalogue.ts'
import { fillArticle, printArticle, wrap } from '../explain/fill.ts'
import { type CopyFacts, copyFacts, jobFacts, organizationFacts } from '../explain/job-facts.ts'
import { copyStory, waitStory } from '../explain/job-story.ts'
import type { Host } from '../host.ts'
import { type FoundJob, findJob } from '../jobs/find-job.ts'
import { figureList, fractionOf, waitsFor } from '../jobs/progress-figures.ts'
import { verdictsFor } from '../paint.ts'
import { UsageMistake } from './run.ts'
import { openService, type Service, type ServiceOptions, textOf } from './service.ts'

export interface ExplainOptions extends ServiceOptions {
  readonly list?: boolean
  readonly output: 'text' | 'json'
}

/** Explains. Answers 0 when there is something to say, 1 for a message nobody knows. */
export async function explain(
  subject: string | undefined,
  options: ExplainOptions,
  host: Host,
): Promise<number> {
  const asJson = options.output === 'json'
  const print = (value: unknown, text: string) =>
    host.terminal.out(asJson ? formatJson(value) : text)
  if (options.list) {
    const text = ARTICLES.map(({ id, title }) => `${id.padEnd(ID_WIDTH)} ${title}\n`).join('')
    print({ Articles: ARTICLES.map(listed) }, text)
    return 0
  }
  if (subject === undefined) {
    throw new UsageMistake('Explain what? Give the id of a job or a message, or use --list.')
  }
  if (JOB_ID.test(subject) && !articleNamed(subject)) {
    const service = openService(options, host)
    const explanation = await explainJob(service, subject, host.clock.now())
    print(explanation, printJob(explanation, verdictsFor(host)))
    return 0
  }
  return explainMessage(subject, print, host)
}

const listed = ({ id, title, said, appears, texts }: Article) => {
  return { Article: id, Title: title, SaidBy: said, Appears: appears, Texts: texts }
}

const ID_WIDTH = 26
const VERDICT_WIDTH = 8
/** AWS's ids are upper-case UUIDs; anything of one word with a digit and no spaces may be one. */
const JOB_ID = /^(?=.*\d)[\w-]{3,64}$/
const UNKNOWN_EXIT = 1

function explainMessage(
  message: string,
  print: (value: unknown, text: string) => void,
  host: Host,
): number {
  const named = articleNamed(message)
  const match = named ? { article: named, facts: {} } : matchMessage(message)
  if (!match) {
    host.terminal.err(
      'copyhold: no article is about this message. `copyhold explain --list` lists all.\n',
    )
    return UNKNOWN_EXIT
  }
  const article = fillArticle(match.article, match.facts)
  print({ Article: article }, printArticle(article))
  return 0
}

interface JobExplanation {
  readonly JobId: string
  readonly Kind: string
  readonly State: string
  readonly StatusMessage?: string
  readonly From?: string
  readonly To?: string
  readonly What?: string
  readonly Story: readonly string[]
  /** What can be checked again now, and does not pass. */
  readonly Findings: readonly { Check: string; Verdict: string; Detail: string }[]
  readonly Article?: ReturnType<typeof fillArticle>
}

async function explainJob(service: Service, id: string, now: number): Promise<JobExplanation> {
  const job = await findJob(service.at(service.region), id)
  const { snapshot, kind } = job
  const around = kind === 'copy' ? await copyFacts(service, job) : undefined
  const facts = {
    ...(around?.facts ?? jobFacts(job)),
    ...(await organizationFacts(service, snapshot.message)),
  }
  const story = around ? await copyStory(service, job, around.scene, now) : otherStory(job)
  const { state, message } = snapshot
  return {
    JobId: id,
    Kind: kind,
    State: state,
    ...(message === '' ? {} : { StatusMessage: message }),
    ...namesOf(job),
    Story: story,
    ...explained(message, facts, around),
  }
}

function explained(message: string, facts: Facts, around: CopyFacts | undefined) {
  if (message === '') return { Findings: [] }
  const match = matchMessage(message)
  const article = match && fillArticle(match.article, { ...match.facts, ...facts })
  const findings = (around?.checks ?? []).filter(
    (check) => check.verdict === 'fail' || (check.article === article?.id && article !== undefined),
  )
  return {
    Findings: findings.map(({ title, verdict, detail }) => ({
      Check: title,
      Verdict: verdict,
      Detail: detail,
    })),
    ...(article ? { Article: article } : {}),
  }
}

function namesOf({ snapshot }: FoundJob) {
  const job = snapshot.described
  const from = textOf(job, 'SourceBackupVaultArn') || textOf(job, 'BackupVaultArn')
  const to = textOf(job, 'DestinationBackupVaultArn') || textOf(job, 'CreatedResourceArn')
  const resource = textOf(job, 'ResourceName') || textOf(job, 'ResourceArn')
  const what = [textOf(job, 'ResourceType'), resource].filter((text) => text !== '').join(' ')
  return {
    ...(from === '' ? {} : { From: from }),
    ...(to === '' ? {} : { To: to }),
    ...(what === '' ? {} : { What: what }),
  }
}

function otherStory({ snapshot, kind }: FoundJob): string[] {
  const { state } = snapshot
  const figures = figureList(snapshot)
  const soFar = figures.length === 0 ? [] : [`So far: ${figures.join(', ')}.`]
  if (state === 'COMPLETED') return [`The ${kind} is done.`]
  if (waitsFor(snapshot) !== undefined) return waitStory(snapshot)
  if (state === 'RUNNING') {
    const fraction = fractionOf(snapshot)
    const percent = fraction === undefined ? '' : `, ${Math.floor(fraction * 100)} % done`
    return [`The ${kind} is at work${percent}.`, ...soFar]
  }
  if (state === 'CREATED' || state === 'PENDING') return [`The ${kind} has not begun yet.`]
  return []
}

function printJob(job: JobExplanation, verdictOf: ReturnType<typeof verdictsFor>): string {
  const kind = job.Kind.charAt(0).toUpperCase() + job.Kind.slice(1)
  // The story tells it in its own words.
  const waits = job.StatusMessage?.startsWith('Waiting: ') === true
  const head = [
    `${kind} job ${job.JobId}: ${job.State}`,
    ...(job.From === undefined ? [] : [`  from  ${job.From}`]),
    ...(job.To === undefined ? [] : [`  to    ${job.To}`]),
    ...(job.What === undefined ? [] : [`  what  ${job.What}`]),
    ...(job.StatusMessage === undefined || waits ? [] : [`  says  ${job.StatusMessage}`]),
    '',
    ...job.Story.flatMap((sentence) => wrap(sentence, '')),
    ...(job.Story.length === 0 ? [] : ['']),
  ]
  const findings = job.Findings.map(({ Check, Verdict, Detail }) => {
    return `  ${verdictOf(Verdict, VERDICT_WIDTH)} ${Check}: ${Detail}`
  })
  const seen = findings.length === 0 ? [] : ['What can be seen of it now', ...findings, '']
  const unknown =
    job.StatusMessage !== undefined && !waits && !job.Article
      ? ['No article is about this message.', '']
      : []
  const article = job.Article ? printArticle(job.Article) : ''
  return `${[...head, ...seen, ...unknown].join('\n')}${article === '' ? '' : `\n${article}`}`
}
