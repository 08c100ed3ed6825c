// Gives what was made in the staging folder its name in the target, once it is durable. By then the
// restore is somewhere else in the target, and goes back for it.

import type { Entry } from '../model/index.ts'
import { BELOW_LOST, EntryLost, lossOf } from './lost-entry.ts'
import type { MakingAsideTarget } from './making-aside.ts'
import { parentAndName } from './raw-path.ts'
import type { RestoreSession } from './restore-session.ts'
import type { SettingWarning } from './restored-settings.ts'
import type { Staging } from './staged-files.ts'
import { restoreError } from './system-errors.ts'
import type { TargetFolders } from './target-folders.ts'

interface PlacingTools {
  readonly session: RestoreSession
  readonly folders: TargetFolders
  readonly staging: Staging
}

interface Begun {
  readonly entry: Entry
  /** It has its name already, in a folder that has none yet. */
  readonly isWithin: boolean
  /** How many entries lie in it, and get their places with it. */
  within: number
}

export class Placing implements MakingAsideTarget {
  readonly #tools: PlacingTools
  /** What is being made, by its number in the staging folder. */
  readonly #begun = new Map<number, Begun>()
  /** The last one that gets its name by itself: what is within lies in that. */
  #last: Begun | undefined

  constructor(tools: PlacingTools) {
    this.#tools = tools
  }

  /** The number that `entry` is to be made under. */
  begin(entry: Entry, { isWithin = false } = {}): number {
    const number = this.#tools.staging.next()
    const begun = { entry, isWithin, within: 0 }
    this.#begun.set(number, begun)
    if (!isWithin) this.#last = begun
    else if (this.#last) this.#last.within += 1
    return number
  }

  durable(number: number): void {
    const { entry, isWithin, within } = this.#of(number)
    this.#begun.delete(number)
    if (isWithin) return
    const { session, folders } = this.#tools
    try {
      folders.goTo(parentAndName(entry.path).parent)
      place(this.#tools, number, entry)
    } catch (error) {
      const reason = lossOf(error)
      if (!reason) throw restoreError(error, session.request.target, entry.path)
      session.lose(entry.path, reason)
      session.lost.addBelow(entry.path, within)
      session.progress({ entries: -1 - within, bytes: 0 })
    }
  }

  lost(number: number, error: unknown): void {
    const begun = this.#begun.get(number)
    // Somebody else has said why.
    if (!begun) return
    this.drop(number)
    const { session } = this.#tools
    session.lose(begun.entry.path, lossOf(error) ?? BELOW_LOST)
    session.progress({ entries: -1, bytes: 0 })
  }

  /** Nothing more is to be told of what is made under that number, and it gets no name. */
  drop(number: number): void {
    if (this.#begun.get(number)?.isWithin && this.#last) this.#last.within -= 1
    this.#begun.delete(number)
  }

  warned(number: number, what: SettingWarning): void {
    this.#tools.session.warn(what, this.#of(number).entry.path)
  }

  failed(number: number | undefined, error: unknown): unknown {
    const begun = number === undefined ? undefined : this.#begun.get(number)
    return restoreError(error, this.#tools.session.request.target, begun?.entry.path)
  }

  #of(number: number): Begun {
    const begun = this.#begun.get(number)
    if (begun) return begun
    throw new Error(`nothing with the number ${number} is being made`)
  }
}

/** Names what lies staged in the folder here; the name is looked at once more before. */
export function place(
  { session, folders, staging }: PlacingTools,
  number: number,
  entry: Entry,
): void {
  const { name } = parentAndName(entry.path)
  const existing = folders.existing(name)
  if (existing?.kind === 'directory') throw new EntryLost('a folder has its name')
  session.tree.rename(staging.path(number), folders.child(name))
}
