// Requests that need room on the catalog's disk are refused where that counts as full. What makes
// room, stops what takes it, or only asks, goes on: what room is kept is for that.

import type { Extension } from './extension.ts'
import type { Operation } from './operation.ts'

/** Those of AWS's verbs that add something. */
const ADDS = /^(Associate|Create|Export|Put|Start|Tag|Update)/
/** An earlier end makes room. */
const MAKES_ROOM: ReadonlySet<string> = new Set(['UpdateRecoveryPointLifecycle'])

/** The same operations, which are done only where there is room for them. */
export function askingForRoom(
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> {
  const asked = Object.entries(operations).map(([name, operation]): [string, Operation] => {
    if (!ADDS.test(name) || MAKES_ROOM.has(name)) return [name, operation]
    return [
      name,
      async (input, caller, context) => {
        context.mustHaveRoom?.()
        return operation(input, caller, context)
      },
    ]
  })
  return Object.fromEntries(asked)
}

/** The same for a route of our own. */
export function needingRoom(extension: Extension): Extension {
  return {
    ...extension,
    answer: async (request, context) => {
      context.mustHaveRoom?.()
      return extension.answer(request, context)
    },
  }
}
