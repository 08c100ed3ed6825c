// System errors of the disk become Troubles here: a sentence an operator can act on, and whether
// trying again may help. Everything else passes through unchanged.

import { DiskFull, Trouble } from '../model/index.ts'
import { diskTrouble, saysDiskFull } from '../world/index.ts'

/** A store, as an operator knows it and as callers do. */
export interface StoreNames {
  readonly root: string
  /** Such as `the store of eu-west-1`; absent: a store. */
  readonly called?: string | undefined
}

/** What nobody has given a name. */
const SOME_STORE = 'a store'

/** Does `work`; a system error in it becomes `cannot <doing> the store …: <what is the matter>`. */
export async function orTrouble<Result>(
  doing: string,
  store: StoreNames,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw troubleOf(doing, store, error)
  }
}

/** The folder is not the one that the store was opened in. */
export function unusable(what: string, { root, called = SOME_STORE }: StoreNames): Trouble {
  const told = `${called} cannot be used: ${what}`
  return new Trouble(`cannot use the store ${root}: ${what}`, { retryable: true, told })
}

/** A system error as a Trouble; any other error as it is. */
function troubleOf(doing: string, store: StoreNames, error: unknown): unknown {
  const known = diskTrouble(error)
  if (known === undefined) return error
  const detail = `cannot ${doing} the store ${store.root}: ${known.sentence}`
  const { called = SOME_STORE } = store
  if (saysDiskFull(error)) return new DiskFull(called, { detail, cause: error })
  const { retryable } = known
  return new Trouble(detail, { retryable, told: `${called}: ${known.sentence}`, cause: error })
}
