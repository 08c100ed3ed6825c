// Errors that the program foresees, as its log says them: AWS's sentence, and our name for it.

import { Answer, Trouble } from '../model/index.ts'
import { failureText, WireError } from '../wire/index.ts'
import type { Say } from '../world/index.ts'

/** An answer by its sentence and code, a trouble by its message; undefined for a bug. */
export const sayError: Say = (error) => {
  if (error instanceof Answer) {
    return { sentence: failureText(error.failure).message, code: error.failure.code }
  }
  if (error instanceof WireError) return { sentence: error.message, code: error.shape }
  return error instanceof Trouble ? { sentence: error.message } : undefined
}
