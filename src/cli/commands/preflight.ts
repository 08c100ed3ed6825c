// `copyhold preflight`: everything that will be checked before a copy, line by line, and when the
// copy would be deleted. Nothing is started, nothing is changed.

import { type Lifecycle, parseResourceType } from '../../model/index.ts'
import { formatJson } from '../aws/output-json.ts'
import { articleNamed } from '../explain/catalogue.ts'
import type { Host } from '../host.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { verdictsFor } from '../paint.ts'
import { type Check, sourceLifecycle } from '../preflight/check.ts'
import { checksOf } from '../preflight/checks.ts'
import { copyDeletion, type Deletion } from '../preflight/deletion.ts'
import { askForecast, judged } from '../preflight/forecast.ts'
import { type Scene, seeCopy } from '../preflight/scene.ts'
import { lifecycleOption } from './lifecycle-option.ts'
import { momentOf, openService, type ServiceOptions } from './service.ts'

/** The arguments of start-copy-job, and how to tell. */
export interface PreflightOptions extends ServiceOptions {
  readonly recoveryPointArn: string
  readonly sourceBackupVaultName: string
  readonly destinationBackupVaultArn: string
  readonly iamRoleArn: string
  readonly lifecycle?: string
  readonly output: 'text' | 'json'
}

/** Answers 0 when nothing speaks against the copy, 4 when it would fail. */
export async function preflight(options: PreflightOptions, host: Host): Promise<number> {
  const service = openService(options, host)
  const lifecycle = lifecycleOption(options.lifecycle, host)
  const wish = {
    recoveryPointArn: options.recoveryPointArn,
    sourceVaultName: options.sourceBackupVaultName,
    destinationVaultArn: options.destinationBackupVaultArn,
    roleArn: options.iamRoleArn,
    ...(lifecycle ? { lifecycle } : {}),
  }
  const scene = await seeCopy(service, wish)
  const seen = checksOf(scene)
  const isCopyhold = scene.vaultSettings.is === 'answer'
  const forecast = isCopyhold ? await askForecast(service.at(service.region), wish) : undefined
  const checks = forecast ? judged(seen, forecast) : seen
  // Of a lifecycle that is refused nothing follows.
  const isRefused = checks.some(({ id, verdict }) => id === 'lifecycle' && verdict === 'fail')
  const now = host.clock.now()
  const deletion = isRefused ? undefined : deletionOf(scene, { requested: lifecycle, now })
  const text =
    options.output === 'json' ? asJson(checks, deletion) : asText({ checks, deletion }, host)
  host.terminal.out(text)
  return checks.some(({ verdict }) => verdict === 'fail') ? WAIT_EXIT.failed : WAIT_EXIT.completed
}

/** The end of the copy; undefined when too little was seen of its source. */
function deletionOf(
  scene: Scene,
  { requested, now }: { requested: Lifecycle | undefined; now: number },
): Deletion | undefined {
  const { point } = scene
  if (point.is !== 'answer') return undefined
  const type = parseResourceType(String(point.answer.ResourceType ?? ''))
  const createdAt = momentOf(point.answer, 'CreationDate')
  if (!type || createdAt === undefined) return undefined
  const source = sourceLifecycle(scene)
  const wish = { ...(requested ? { requested } : {}), ...(source ? { source } : {}) }
  return copyDeletion({ ...wish, type, createdAt, now })
}

function asJson(checks: readonly Check[], deletion: Deletion | undefined): string {
  const fails = checks.some(({ verdict }) => verdict === 'fail')
  return formatJson({
    WouldFail: fails,
    Checks: checks.map(({ id, title, verdict, detail, wouldFail, article }) => ({
      Check: id,
      Title: title,
      Verdict: verdict,
      Detail: detail,
      ...(wouldFail ? { WouldFail: wouldFail } : {}),
      ...(article === undefined ? {} : { Article: article }),
    })),
    ...(deletion
      ? {
          Deletion: {
            Reason: deletion.reason,
            ...(deletion.lifecycle ? { Lifecycle: deletion.lifecycle } : {}),
            ...isoDate('DeleteAt', deletion.deleteAt),
            ...isoDate('MoveToColdStorageAt', deletion.moveToColdStorageAt),
            Sentence: deletion.sentence,
          },
        }
      : {}),
  })
}

const isoDate = (name: string, ms: number | undefined) =>
  ms === undefined ? {} : { [name]: new Date(ms).toISOString() }

const WORD_WIDTH = 8

function asText(
  { checks, deletion }: { checks: readonly Check[]; deletion: Deletion | undefined },
  host: Host,
): string {
  const verdictOf = verdictsFor(host)
  const lines = checks.map(({ verdict, title, detail }) => {
    return `${verdictOf(verdict, WORD_WIDTH)} ${title}: ${detail}`
  })
  const failed = checks.filter(({ verdict }) => verdict === 'fail')
  const unknown = checks.filter(({ verdict }) => verdict === 'unknown')
  const end = deletion ? ['', deletion.sentence.replace(/^It /, 'The copy ')] : []
  const conclusion =
    failed.length === 0
      ? `Nothing that can be seen speaks against it; ${unknown.length} cannot be known from here.`
      : `It would fail: ${failed.map(({ title }) => title).join(', ')}.`
  return `${[...lines, ...end, '', conclusion, ...failed.flatMap(hint)].join('\n')}\n`
}

function hint({ article, wouldFail, title }: Check): string[] {
  const found = article === undefined ? undefined : articleNamed(article)
  if (!found) return []
  const when = wouldFail === 'request' ? 'the request is refused' : 'the job fails'
  return [`  ${title}: ${when}. What helps: copyhold explain ${found.id}`]
}
