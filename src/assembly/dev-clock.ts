// The clock of a development server: moved by tests, shared with the worker thread, and kept in a
// small file while it is moved, so that a server on a kept folder does not fall back in time when
// it is started again.

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Clock, ClockOffset } from '../world/index.ts'
import { clockOffset, movableClock, moveClock, offsetOf, systemClock } from '../world/index.ts'
import type { DataFolder } from './data-folder.ts'

export class DevClock {
  readonly offset: ClockOffset
  readonly clock: Clock
  readonly #file: string

  /**
   * As far from real time as it was left in this folder, and real time where it is not movable.
   * Throws on a file that is not ours.
   */
  constructor(data: DataFolder, { isMovable }: { isMovable: boolean }) {
    this.#file = data.clockFile
    this.offset = clockOffset(isMovable ? readMoved(this.#file) : 0)
    this.clock = movableClock(systemClock, this.offset)
  }

  /** How far it is from real time, in milliseconds. */
  get movedMs(): number {
    return offsetOf(this.offset)
  }

  /** Holds in every thread and at the next start when it returns. */
  move(movedMs: number): void {
    if (movedMs === 0) {
      rmSync(this.#file, { force: true })
    } else {
      const fresh = `${this.#file}.new`
      writeFileSync(fresh, `${JSON.stringify({ movedMs })}\n`, { mode: 0o600, flush: true })
      renameSync(fresh, this.#file)
    }
    moveClock(this.offset, movedMs)
  }
}

function readMoved(file: string): number {
  if (!existsSync(file)) return 0
  const { movedMs } = JSON.parse(readFileSync(file, 'utf8')) as { movedMs?: unknown }
  if (Number.isSafeInteger(movedMs)) return movedMs as number
  throw new Error(`${file}: movedMs: it must be a whole number of milliseconds`)
}
