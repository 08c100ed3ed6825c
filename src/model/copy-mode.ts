// How a copy's packs come to its destination: as they are, with the data keys they have, or put
// under new ones, so that who knows the source's keys can read nothing of the copy. Pure.

/** `verbatim` moves packs as they are; `reencrypt` draws new data keys for them. */
export type CopyMode = 'verbatim' | 'reencrypt'

const MODES: readonly CopyMode[] = ['verbatim', 'reencrypt']

/** The mode of that name, or undefined. */
export function parseCopyMode(text: unknown): CopyMode | undefined {
  return MODES.find((mode) => mode === text)
}

/**
 * The mode of a copy from vault to vault. What the destination's owner has set holds; else an
 * account shares data keys with itself, and with nobody else.
 */
export function copyModeFor(copy: {
  readonly sourceAccount: string
  readonly destinationAccount: string
  /** Where the keys of what is kept are to be nobody else's, whoever copies. */
  readonly isAirGapped?: boolean
  /** What the destination's owner has set. */
  readonly chosen?: CopyMode | undefined
}): CopyMode {
  if (copy.chosen !== undefined) return copy.chosen
  const isOwn = copy.sourceAccount === copy.destinationAccount && !copy.isAirGapped
  return isOwn ? 'verbatim' : 'reencrypt'
}
