// Files that are their owner's alone, whatever folder they lie in and whatever the umask is. Made
// by mode and not by a umask, which would have every restored file be given its mode once more.

import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { errnoOf } from './disk.ts'

const PRIVATE_MODE = 0o600
const OTHERS = 0o077

/** Makes the file, empty, unless it is there. That it cannot be made is for its user to meet. */
export function makePrivateFile(file: string): void {
  trying(() => closeSync(openSync(file, 'a', PRIVATE_MODE)))
  closeToOthers(file)
}

/** Takes from others what they may do with the file; nothing there, and a foreign one, are fine. */
export function closeToOthers(file: string): void {
  trying(() => {
    const { mode } = statSync(file)
    if ((mode & OTHERS) !== 0) chmodSync(file, mode & ~OTHERS & 0o7777)
  })
}

function trying(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
  }
}
