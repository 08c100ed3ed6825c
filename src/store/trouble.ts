// System errors of the disk become Troubles here: a sentence an operator can act on, and whether
// trying again may help. Everything else passes through unchanged.

import { Trouble } from '../model/index.ts'
import { diskTrouble } from '../world/index.ts'

/** Does `work`; a system error in it becomes `cannot <doing>: <what is the matter>`. */
export async function orTrouble<Result>(
  doing: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw troubleOf(doing, error)
  }
}

/** A system error as a Trouble; any other error as it is. */
export function troubleOf(doing: string, error: unknown): unknown {
  const known = diskTrouble(error)
  if (known === undefined) return error
  const message = `cannot ${doing}: ${known.sentence}`
  return new Trouble(message, { retryable: known.retryable, cause: error })
}
