// Owner, mode and time of what is restored, in the order that keeps them: a change of owner clears
// setuid, so the mode comes after it; everything changes the time, so that comes last. What only
// the administrator may set is counted as a warning when we are not.

import type { Entry, EntryFacts } from '../model/index.ts'
import { errnoOf, type Tree, type TreeStat } from '../world/index.ts'
import { sameBytes } from './raw-path.ts'
import type { RestoreSession } from './restore-session.ts'

/** Whose something is and who may use it. */
export type FoundSettings = Pick<TreeStat, 'mode' | 'uid' | 'gid'>

const SETID = 0o6000
const TIME_KEPT_NS = 1_000n

/** What a thing is to be like. */
export type Settings = Pick<EntryFacts, 'mode' | 'uid' | 'gid' | 'mtimeNs'>

/** What could not be set. */
export type SettingWarning =
  | 'owner-not-set'
  | 'setid-dropped'
  | 'mode-not-set'
  | 'time-not-set'
  | 'time-moved'

/** Where a thing lies, and who hears what could not be set of it. */
export interface SettingWorld {
  readonly tree: Tree
  warn(what: SettingWarning): void
}

/** Settings of an open file or folder; `found` says what it is like, where that is known. */
export function setOpen(
  world: SettingWorld,
  fd: number,
  entry: Settings,
  found: FoundSettings = world.tree.fstat(fd),
): void {
  const { tree } = world
  const owned = setOwner(world, entry, found, (owner) => tree.setOwner(fd, owner))
  let mode = entry.mode
  if (!owned && mode & SETID) {
    // Set for its owner, the bit must not lend somebody else's rights.
    world.warn('setid-dropped')
    mode &= ~SETID
  }
  // A change of owner may have cleared bits, so that what was found no longer holds.
  if (mode !== found.mode || entry.uid !== found.uid || entry.gid !== found.gid) {
    if (!permitted(() => tree.setMode(fd, mode))) world.warn('mode-not-set')
  }
  if (!permitted(() => tree.setTime(fd, entry.mtimeNs))) world.warn('time-not-set')
  else if (isOddTime(entry.mtimeNs) && isMoved(tree.fstat(fd), entry)) world.warn('time-moved')
}

/** Settings of a symbolic link itself, which has no mode of its own. */
export function setSymlink(world: SettingWorld, path: Uint8Array, entry: Settings): void {
  const { setLink } = world.tree
  const stat = world.tree.lstat(path)
  if (stat) setOwner(world, entry, stat, (owner) => setLink.owner(path, owner))
  if (!permitted(() => setLink.time(path, entry.mtimeNs))) world.warn('time-not-set')
  else if (isOddTime(entry.mtimeNs) && isMoved(world.tree.lstat(path), entry)) {
    world.warn('time-moved')
  }
}

/** Every file system keeps the times between these; of others it may take the nearest it can. */
const KEPT_FROM_NS = 315_532_800_000_000_000n
const KEPT_UNTIL_NS = 2_147_483_647_000_000_000n

const isOddTime = (timeNs: bigint): boolean => timeNs < KEPT_FROM_NS || timeNs > KEPT_UNTIL_NS

function isMoved(stat: TreeStat | undefined, { mtimeNs }: Settings): boolean {
  const difference = (stat?.mtimeNs ?? mtimeNs) - mtimeNs
  return difference > TIME_MOVED_NS || difference < -TIME_MOVED_NS
}

/** Beyond how coarsely any file system keeps times. */
const TIME_MOVED_NS = 2_000_000_000n

/** Whether what lies there is already `entry`, as far as its facts can tell. */
export function isWhole(entry: Entry, stat: TreeStat): boolean {
  if (stat.kind !== entry.kind || !sameTime(stat.mtimeNs, entry.mtimeNs)) return false
  if (entry.kind === 'symlink') return true
  const sameMode = stat.mode === entry.mode || stat.mode === (entry.mode & ~SETID)
  return sameMode && (entry.kind === 'directory' || stat.sizeBytes === entry.sizeBytes)
}

/** Whether a symbolic link is already `entry`. */
export function isWholeLink(session: RestoreSession, entry: Entry, path: Uint8Array): boolean {
  const stat = session.tree.lstat(path)
  if (!stat || !isWhole(entry, stat)) return false
  return entry.target !== undefined && sameBytes(session.tree.readlink(path), entry.target)
}

function sameTime(a: bigint, b: bigint): boolean {
  const difference = a - b
  return difference < TIME_KEPT_NS && difference > -TIME_KEPT_NS
}

/** Whether owner and group are as wanted afterwards. */
function setOwner(
  world: SettingWorld,
  wanted: Settings,
  stat: FoundSettings,
  set: (owner: { uid: number; gid: number }) => void,
): boolean {
  if (stat.uid === wanted.uid && stat.gid === wanted.gid) return true
  const { uid, gid } = wanted
  if (permitted(() => set({ uid, gid }))) return true
  world.warn('owner-not-set')
  // The group alone may be one of ours.
  if (stat.gid !== gid) permitted(() => set({ uid: stat.uid, gid }))
  return false
}

function permitted(set: () => void): boolean {
  try {
    set()
    return true
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'EPERM' || code === 'EINVAL' || code === 'ENOTSUP') return false
    throw error
  }
}

const NS_PER = { microsecond: 1_000n, millisecond: 1_000_000n, second: 1_000_000_000n } as const
/** Changes at every digit. */
const PROBE_NS = 1_600_000_001_123_456_789n

/** How exactly times are set where an open folder of ours lies, unless they are exact. */
export function timePrecisionNote(tree: Tree, folder: number): string | undefined {
  if (!permitted(() => tree.setTime(folder, PROBE_NS))) return undefined
  const found = tree.fstat(folder).mtimeNs
  const difference = found < PROBE_NS ? PROBE_NS - found : found - PROBE_NS
  if (difference === 0n) return undefined
  const units = Object.entries(NS_PER)
  const unit = units.find(([, sizeNs]) => difference <= sizeNs)?.[0]
  return `Modification times could be set here to ${unit ? `the ${unit}` : '2 seconds'} only.`
}
