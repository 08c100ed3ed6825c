// Gives what was made in the staging folder its name in the target, once it is durable. By then the
// restore is somewhere else in the target, and goes back for it.

import type { Entry } from '../model/index.ts'
import type { MakingTarget } from './file-making.ts'
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

export class Placing implements MakingTarget {
  readonly #tools: PlacingTools
  /** Files that are being made, by their numbers in the staging folder. */
  readonly #begun = new Map<number, Entry>()

  constructor(tools: PlacingTools) {
    this.#tools = tools
  }

  /** The number that the file of `entry` is to be made under. */
  begin(entry: Entry): number {
    const number = this.#tools.staging.next()
    this.#begun.set(number, entry)
    return number
  }

  durable(number: number): void {
    const entry = this.#entryOf(number)
    this.#begun.delete(number)
    const { session, folders } = this.#tools
    try {
      folders.goTo(parentAndName(entry.path).parent)
      place(this.#tools, number, entry)
    } catch (error) {
      throw restoreError(error, session.request.target, entry.path)
    }
  }

  warned(number: number, what: SettingWarning): void {
    this.#tools.session.warn(what, this.#entryOf(number).path)
  }

  failed(number: number | undefined, error: unknown): unknown {
    const entry = number === undefined ? undefined : this.#begun.get(number)
    return restoreError(error, this.#tools.session.request.target, entry?.path)
  }

  #entryOf(number: number): Entry {
    const entry = this.#begun.get(number)
    if (entry) return entry
    throw new Error(`no file ${number} is being made`)
  }
}

/** Names what lies staged in the folder here; the name is looked at once more before. */
export function place(
  { session, folders, staging }: PlacingTools,
  number: number,
  entry: Entry,
): void {
  const { name } = parentAndName(entry.path)
  const existing = folders.existing(name, entry.path)
  if (existing?.kind === 'directory') {
    throw session.refusal('a folder has its name', entry.path)
  }
  session.tree.rename(staging.path(number), folders.child(name))
}
