// What a reading left out, counted exactly and named up to a limit, so that a million unreadable
// files cost no more memory than a hundred. The job turns it into its message.

/** Why a path is not, or not as usual, in the recovery point. */
export type SkipReason = keyof typeof reasons

/**
 * What a reason says of the recovery point: something that should be in it is not (`unread`);
 * nothing that could be kept was left out (`nature`); it is kept, as near as can be (`adjusted`);
 * it changed under the reader (`moved`).
 */
export type SkipKind = 'unread' | 'nature' | 'adjusted' | 'moved'

/** What each reason means, and how it reads after a count of one, and of more. */
const reasons = {
  unreadable: ['unread', 'entry', 'entries'],
  'cut-short': ['unread', 'file from some place on', 'files from some place on'],
  replaced: [
    'unread',
    'entry that was exchanged meanwhile',
    'entries that were exchanged meanwhile',
  ],
  'too-deep': ['unread', 'entry whose path is too long', 'entries whose paths are too long'],
  'too-large': ['unread', 'file of 8 PiB or more', 'files of 8 PiB or more'],
  'odd-link': ['unread', 'link with an unusable text', 'links with unusable texts'],
  'odd-time': ['adjusted', 'time out of all bounds', 'times out of all bounds'],
  vanished: ['moved', 'vanished', 'vanished'],
  changed: [
    'moved',
    'changed and is kept as it was read',
    'changed and are kept as they were read',
  ],
  socket: ['nature', 'socket', 'sockets'],
  pipe: ['nature', 'named pipe', 'named pipes'],
  device: ['nature', 'device', 'devices'],
  'unknown-kind': ['nature', 'entry of an unknown kind', 'entries of an unknown kind'],
  'pseudo-file-system': ['nature', 'mount of the kernel', 'mounts of the kernel'],
  'own-folder': [
    'nature',
    'content of a folder of this server',
    'contents of folders of this server',
  ],
  'restore-staging': ['nature', 'unfinished restore', 'unfinished restores'],
} as const satisfies Record<string, readonly [SkipKind, string, string]>

/** How the sentence about each kind begins. */
const SENTENCES: Readonly<Record<SkipKind, string>> = {
  unread: 'Could not be read',
  adjusted: 'Kept as near as can be',
  moved: 'While it was read',
  nature: 'Left out by nature',
}

/** All of them. */
export const SKIP_REASONS = Object.keys(reasons) as SkipReason[]

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

/** How many entries should be in the recovery point, whole, and are not. */
export function countUnread(groups: readonly SkipGroup[]): number {
  const unread = groups.filter(({ reason }) => reasons[reason][0] === 'unread')
  return unread.reduce((sum, { count }) => sum + count, 0)
}

/** A sentence for each kind that was met, naming at most three of each reason. */
export function tellSkips(groups: readonly SkipGroup[]): string[] {
  const kinds = Object.keys(SENTENCES) as SkipKind[]
  return kinds.flatMap((kind) => {
    const parts = groups.filter(({ reason }) => reasons[reason][0] === kind).map(tellGroup)
    return parts.length === 0 ? [] : [`${SENTENCES[kind]}: ${parts.join('; ')}.`]
  })
}

function tellGroup({ reason, count, names }: SkipGroup): string {
  const [, one, many] = reasons[reason]
  return `${count} ${count === 1 ? one : many} (${someOf(count, names)})`
}

/** The first few names of so many. */
export const someOf = (count: number, names: readonly string[]): string =>
  names.slice(0, NAMES_TOLD).join(', ') + (count > NAMES_TOLD ? ', …' : '')

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
