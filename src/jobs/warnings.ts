// Oddities met by a job, in sentences, for the job's StatusMessage.

import { type RestoreReport, type RestoreWarning, someOf } from '../drivers/index.ts'

/** How long a job's message may become, in characters. */
const MESSAGE_MAX = 2_000
/** Reasons told of what a restore did not bring back. */
const REASONS_TOLD = 5

/** Joins sentences, cut at a limit that says it cut. Empty when there is nothing to say. */
export function describeWarnings(sentences: readonly string[]): string {
  const text = sentences.join(' ')
  return text.length <= MESSAGE_MAX ? text : `${text.slice(0, MESSAGE_MAX - 1)}…`
}

/** What a restore could not put back as it was, and which of its metadata had no effect. */
export function describeRestore(
  { unwritten, warnings, notes }: RestoreReport,
  withoutEffect: readonly string[],
): string {
  const missing = describeUnwritten(unwritten)
  const sentences = missing ? [missing] : []
  for (const { what, count, names } of warnings) {
    sentences.push(`${count} ${entries(count)}: ${TEXTS[what]} (${someOf(count, names)}).`)
  }
  sentences.push(...notes)
  if (withoutEffect.length > 0) {
    sentences.push(`Metadata without effect here: ${withoutEffect.join(', ')}.`)
  }
  return describeWarnings(sentences)
}

/** What a restore did not bring back; undefined when that is nothing. */
export function describeUnwritten(groups: RestoreReport['unwritten']): string | undefined {
  if (groups.length === 0) return undefined
  const told = groups.slice(0, REASONS_TOLD).map(({ reason, count, names }) => {
    return `${count} ${entries(count)} (${someOf(count, names)}): ${reason}`
  })
  const rest = groups.slice(REASONS_TOLD).reduce((sum, { count }) => sum + count, 0)
  if (rest > 0) told.push(`${rest} more for other reasons`)
  return `Could not be written: ${told.join('; ')}.`
}

const entries = (count: number): string => (count === 1 ? 'entry' : 'entries')

const TEXTS: Record<RestoreWarning['what'], string> = {
  'owner-not-set': 'the owner could not be set',
  'mode-not-set': 'the mode could not be set',
  'time-not-set': 'the time could not be set',
  'time-moved': 'the time is the nearest that the file system can keep',
  'settings-not-set': 'owner, mode and time could not be set',
  'setid-dropped': 'setuid and setgid bits were left out because the owner could not be set',
  'hard-link-copied': 'a hard link was restored as a file of its own',
}
