// A Copyhold judges a copy beforehand by the very rules that its job goes by. Where one is asked,
// its word stands above what could be seen from here; AWS has nothing like it.

import { parseCopyMode } from '../../model/index.ts'
import type * as client from '../../wire/index.ts'
import { matchMessage } from '../explain/catalogue.ts'
import { askExtension, Refused } from '../extensions.ts'
import { type Check, checkOf } from './check.ts'
import { copyModeMeans } from './destination-checks.ts'
import type { CopyWish } from './scene.ts'

/** What the server says. */
export interface Forecast {
  /** Why the request would be refused. */
  readonly Refused?: { readonly Message: string }
  /** What the job would be judged by; one without a message passes. */
  readonly Checks?: readonly { readonly Check: string; readonly Message?: string }[]
  /** How its packs would come to the destination. */
  readonly CopyMode?: string
}

/** Asks a Copyhold; undefined when it is one that cannot say. Throws NoAnswer. */
export async function askForecast(
  settings: client.ClientSettings,
  wish: CopyWish,
): Promise<Forecast | undefined> {
  try {
    const body = {
      RecoveryPointArn: wish.recoveryPointArn,
      SourceBackupVaultName: wish.sourceVaultName,
      DestinationBackupVaultArn: wish.destinationVaultArn,
      IamRoleArn: wish.roleArn,
      ...(wish.lifecycle ? { Lifecycle: wish.lifecycle } : {}),
    }
    const request = { method: 'POST', path: '/preflight', body } as const
    return (await askExtension(settings, request)) as Forecast
  } catch (error) {
    // An older server, or one that does not let this caller ask.
    if (error instanceof Refused) return undefined
    throw error
  }
}

/** The checks as seen from here, each as the server judges it where it does. */
export function judged(seen: readonly Check[], forecast: Forecast): Check[] {
  const { Refused: refused, Checks: told = [] } = forecast
  if (refused) {
    if (seen.some(({ wouldFail }) => wouldFail === 'request')) return [...seen]
    return [failing(checkOf('request', 'Request'), refused.Message, 'request'), ...seen]
  }
  const answers = new Map(told.map(({ Check, Message }) => [Check, Message]))
  const checks = seen.map((check) => {
    const { id, title, article, verdict } = check
    const mode = id === 'copy-mode' ? parseCopyMode(forecast.CopyMode) : undefined
    if (mode) return checkOf(id, title).pass(copyModeMeans(mode))
    if (!answers.has(id)) return check
    const message = answers.get(id)
    answers.delete(id)
    if (message !== undefined) return failing(checkOf(id, title), message, 'job')
    return verdict === 'pass'
      ? check
      : checkOf(id, title, article).pass('the server has judged it: it passes')
  })
  // What only the server judges is told when it fails.
  const more = [...answers].flatMap(([id, message]) =>
    message === undefined ? [] : [failing(checkOf(id, titleOf(id)), message, 'job')],
  )
  return [...checks, ...more]
}

const titleOf = (id: string) => id.slice(0, 1).toUpperCase() + id.slice(1).replaceAll('-', ' ')

function failing(
  check: ReturnType<typeof checkOf>,
  message: string,
  where: 'request' | 'job',
): Check {
  const article = matchMessage(message)?.article.id
  return { ...check.fail(message, where), ...(article === undefined ? {} : { article }) }
}
