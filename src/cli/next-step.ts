// What to do next after a request that was refused or not answered: one line for a person, behind
// the error. Scripts, which read standard error as AWS's command line writes it, are not told.

import { NoAnswer, ServiceError } from '../wire/index.ts'
import { HttpFailure } from '../world/index.ts'
import type { Host } from './host.ts'

/** Tells the next step after an error, where one is known. */
export async function tellNextStep(error: unknown, { terminal }: Host): Promise<void> {
  const step = error instanceof ServiceError ? await articleOf(error) : startOf(error)
  if (step !== undefined) terminal.err(`${step}\n`)
}

async function articleOf({ spelled }: ServiceError): Promise<string | undefined> {
  const { matchMessage } = await import('./explain/catalogue.ts')
  const match = matchMessage(spelled.message)
  return match && `What it means: copyhold explain ${match.article.id}`
}

/** What helps where nobody listens on this machine; undefined for another error. */
export function startOf(error: unknown): string | undefined {
  if (!(error instanceof NoAnswer && error.cause instanceof HttpFailure)) return undefined
  if (error.cause.kind !== 'refused' || !LOOPBACK.test(error.message)) return undefined
  return 'Is a server running there? `copyhold dev` starts one.'
}

const LOOPBACK = /"https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])[:/"]/
