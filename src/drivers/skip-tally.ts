// What a reading left out, counted exactly and named up to a limit, so that a million unreadable
// files cost no more memory than a hundred. The job turns it into its message.

/** Why a path is not, or not as usual, in the recovery point. */
export type SkipReason = keyof typeof reasonTexts

/** How each reason reads after a count and the word "entries". */
const reasonTexts = {
  unreadable: 'could not be read',
  vanished: 'vanished while being read',
  replaced: 'were replaced by something else while being read',
  changed: 'changed while being read and are kept as they were read',
  'cut-short': 'are kept only up to a read error',
  socket: 'are sockets',
  pipe: 'are named pipes',
  device: 'are devices',
  'unknown-kind': 'are of a kind that is not kept',
  'too-deep': 'have paths that are too long',
  'pseudo-file-system': 'are mount points of the kernel',
  'own-folder': 'belong to this server',
  'restore-staging': 'are unfinished restores',
} as const

/** All of them. */
export const SKIP_REASONS = Object.keys(reasonTexts) as SkipReason[]

/** One reason with how often it was met and the first few names. */
export interface SkipGroup {
  readonly reason: SkipReason
  readonly count: number
  /** Printable, at most `SKIP_NAMES_MAX`, in the order met. */
  readonly names: readonly string[]
}

/** Names remembered for each reason. */
export const SKIP_NAMES_MAX = 20

/** Counts by reason. */
export class SkipTally {
  readonly #groups = new Map<SkipReason, { count: number; names: string[] }>()

  /** Counts `path` under `reason`. */
  add(reason: SkipReason, path: Uint8Array): void {
    let group = this.#groups.get(reason)
    if (!group) {
      group = { count: 0, names: [] }
      this.#groups.set(reason, group)
    }
    group.count += 1
    if (group.names.length < SKIP_NAMES_MAX) group.names.push(printablePath(path))
  }

  /** Everything counted so far, in the order first met; survives JSON. */
  summary(): SkipGroup[] {
    return [...this.#groups].map(([reason, { count, names }]) => ({
      reason,
      count,
      names: [...names],
    }))
  }
}

/** One sentence for a job's message, naming at most three of each; undefined when all is well. */
export function tellSkips(groups: readonly SkipGroup[]): string | undefined {
  if (groups.length === 0) return undefined
  const parts = groups.map(({ reason, count, names }) => {
    const named = names.slice(0, NAMES_TOLD).join(', ')
    const more = count > NAMES_TOLD ? ', …' : ''
    return `${count} ${reasonTexts[reason]} (${named}${more})`
  })
  return `Of the entries ${parts.join('; ')}.`
}

/** A path as one line of text: bytes that are not UTF-8, control characters and `\` escaped. */
export function printablePath(path: Uint8Array): string {
  if (path.length === 0) return '.'
  const shown = path.length > PRINTED_BYTES_MAX ? path.subarray(0, PRINTED_BYTES_MAX) : path
  const text = Buffer.from(shown).toString('utf8')
  const faithful = !text.includes('\ufffd')
  const escaped = faithful
    ? text.replace(UNPRINTABLE, (char) => escapeBytes(Buffer.from(char, 'utf8')))
    : escapeBytes(shown, { keepAscii: true })
  return shown === path ? escaped : `${escaped}…`
}

function escapeBytes(bytes: Uint8Array, options?: { keepAscii: boolean }): string {
  let text = ''
  for (const byte of bytes) {
    const plain = options?.keepAscii && byte >= 0x20 && byte < 0x7f && byte !== 0x5c
    text += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return text
}

const NAMES_TOLD = 3
const PRINTED_BYTES_MAX = 300
// Control characters, line separators, direction overrides (which would let a name lie), and `\`.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu
