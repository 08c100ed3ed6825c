// What the errors of the file system mean to a reading: the path's own trouble (left out and
// named), or the machine's (the job tries again later).

import { Answer, Trouble } from '../model/index.ts'
import { diskTrouble, errnoOf } from '../world/index.ts'
import { printablePath, type SkipReason } from './skip-tally.ts'

/** Descriptors or memory are used up: nothing is wrong with the path. */
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'])

/** The errno when the path is at fault; throws a Trouble when the machine is, or `error` itself. */
export function throwUnlessPathsOwn(error: unknown): string {
  const code = errnoOf(error)
  if (code === undefined) throw error
  if (EXHAUSTED.has(code)) {
    const sentence = diskTrouble(error)?.sentence ?? code
    throw new Trouble(sentence, { retryable: true, cause: error })
  }
  return code
}

/** Why a path that met `error` is left out; throws as above when it is not the path's fault. */
export function skipReasonOf(error: unknown): SkipReason {
  switch (throwUnlessPathsOwn(error)) {
    case 'ENOENT':
      return 'vanished'
    // The name became a link, a file, or a device without a driver since it was looked at.
    case 'ELOOP':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EINVAL':
    case 'ENXIO':
      return 'replaced'
    case 'ENAMETOOLONG':
      return 'too-deep'
    default:
      return 'unreadable'
  }
}

/** Waiting may mend these: a restore that meets one goes on later. */
const PASSING: ReadonlySet<string> = new Set([
  ...EXHAUSTED,
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'ESTALE',
  'ETIMEDOUT',
  'EAGAIN',
])

/** Something has the name of what is to be restored. */
export const NAME_TAKEN = 'another entry, or somebody else, has taken this name in the target'

/** What ends a restore that met `error` at `path`; anything but a system error as it is. */
export function restoreError(error: unknown, target: string, path?: Uint8Array): unknown {
  const code = errnoOf(error)
  if (code === undefined) return error
  const at = path === undefined ? '' : `${printablePath(path)}: `
  const reason = at + (code === 'EEXIST' ? NAME_TAKEN : (diskTrouble(error)?.sentence ?? code))
  if (PASSING.has(code)) {
    return new Trouble(`Restoring into ${target}: ${reason}`, { retryable: true, cause: error })
  }
  return new Answer({ code: 'RestoreTargetInvalid', path: target, reason }, { cause: error })
}
