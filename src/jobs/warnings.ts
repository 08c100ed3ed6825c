// Oddities met by a job, in sentences, for the job's StatusMessage.

import type { RestoreWarning } from '../drivers/index.ts'

/** How long a job's message may become, in characters. */
const MESSAGE_MAX = 2_000
/** Paths named of each kind. */
const NAMES_TOLD = 3

/** Joins sentences, cut at a limit that says it cut. Empty when there is nothing to say. */
export function describeWarnings(sentences: readonly string[]): string {
  const text = sentences.join(' ')
  return text.length <= MESSAGE_MAX ? text : `${text.slice(0, MESSAGE_MAX - 1)}…`
}

/** What a restore could not put back as it was, and which of its metadata had no effect. */
export function describeRestore(
  warnings: readonly RestoreWarning[],
  withoutEffect: readonly string[],
): string {
  const sentences = warnings.map(({ what, count, names }) => {
    const more = count > NAMES_TOLD ? ', …' : ''
    return `${count} entries: ${TEXTS[what]} (${names.slice(0, NAMES_TOLD).join(', ')}${more}).`
  })
  if (withoutEffect.length > 0) {
    sentences.push(`Metadata without effect here: ${withoutEffect.join(', ')}.`)
  }
  return describeWarnings(sentences)
}

const TEXTS: Record<RestoreWarning['what'], string> = {
  'owner-not-set': 'the owner could not be set',
  'setid-dropped': 'setuid and setgid bits were left out because the owner could not be set',
  'hard-link-copied': 'a hard link was restored as a file of its own',
}
