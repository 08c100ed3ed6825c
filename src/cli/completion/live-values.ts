// The values that only the server knows: its vaults, recovery points, jobs, resources. A shell
// waits meanwhile, so the server is given little time, and whatever goes wrong offers nothing.

import type { Host } from '../host.ts'
import type { Candidate } from './candidates.ts'

/** How long an answer may be waited for, in seconds. */
const PATIENCE_S = 1

export interface Question {
  /** The member of an operation's input, such as `SourceBackupVaultName`. */
  readonly member: string
  /** What is typed of it so far. */
  readonly typed: string
  /** The text of another option, by member or by global option. */
  given(key: string): string | undefined
}

/**
 * What a server that the user named by its address has for a member. AWS itself is never asked: its
 * credentials may need a question.
 */
export async function liveValues(question: Question, host: Host): Promise<Candidate[]> {
  const { member, typed, given } = question
  try {
    const { openService } = await import('../commands/service.ts')
    const { findChoices } = await import('../auto-prompt/choices.ts')
    const [region, profile, endpointUrl] = ['region', 'profile', 'endpoint-url'].map(given)
    const options = {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
      patienceS: PATIENCE_S,
    }
    const terminal = { ...host.terminal, err: () => {} }
    const service = openService(options, { ...host, terminal })
    if (!service.addressGiven) return []
    const there = /^arn:[^:]*:backup:([^:]+):/.exec(typed)?.[1] ?? service.region
    const asker = {
      choose: async () => there,
      type: async () => '',
      confirm: async () => false,
      note: () => {},
    }
    const choices = await findChoices(member, { service, asker, given })
    return choices.map(({ value, name, about }) => ({ word: value, about: name ?? about ?? '' }))
  } catch {
    // No server, no profile, no right: the command itself will say so.
    return []
  }
}
