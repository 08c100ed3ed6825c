// What a recovery point can say of an entry: one definition for who reads a source, who writes
// entries and who reads them, so that nothing is sealed that cannot be read again. Most is the
// format's (docs/format.md), and wider than what file systems have.

/** The longest path of an entry. */
export const PATH_BYTES_MAX = 32 * 1024
/** The longest text of a symbolic link; the shortest is one byte, and none has a NUL. */
export const LINK_BYTES_MAX = 64 * 1024
/** Permission bits with setuid, setgid and sticky. */
export const MODE_MAX = 0o7777
/** User and group ids. */
export const OWNER_MAX = 0xffff_ffff
/** Just under 8 PiB: beyond, a double does not count single bytes. */
export const FILE_BYTES_MAX = Number.MAX_SAFE_INTEGER
/** 64 Mi: some 64 TiB of data in one file. */
export const FILE_EXTENTS_MAX = 2 ** 26

const NS_PER_SECOND = 1_000_000_000n
/** Seconds from 1970 are 56 bits: a billion years either way. */
const SECONDS_END = 1n << 55n

/** The first and the last moment that can be kept, in nanoseconds since 1970. */
export const TIME_NS_MIN = -SECONDS_END * NS_PER_SECOND
export const TIME_NS_MAX = SECONDS_END * NS_PER_SECOND - 1n

/** The moment that can be kept nearest to `timeNs`: nearly always itself. */
export function nearestTime(timeNs: bigint): bigint {
  if (timeNs > TIME_NS_MAX) return TIME_NS_MAX
  return timeNs < TIME_NS_MIN ? TIME_NS_MIN : timeNs
}

/** Whether a symbolic link's text can be kept. */
export const isLinkText = (text: Uint8Array): boolean =>
  text.length > 0 && text.length <= LINK_BYTES_MAX && !text.includes(0)
