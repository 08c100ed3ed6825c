// `--lifecycle` of our own commands, in the notations of start-copy-job: shorthand, JSON, a file.

import type { Lifecycle } from '../../model/index.ts'
import { shapeOf } from '../../wire/index.ts'
import { typedValue } from '../aws/typed-values.ts'
import { validateInput } from '../aws/validate.ts'
import type { Host } from '../host.ts'

/** The lifecycle; undefined when none was given. Throws CommandFailure. */
export function lifecycleOption(typed: string | undefined, host: Host): Lifecycle | undefined {
  if (typed === undefined) return undefined
  const shape = shapeOf('Lifecycle')
  const lifecycle = typedValue('--lifecycle', shape, typed, host.surroundings)
  validateInput(shape, lifecycle as Record<string, unknown>)
  return lifecycle as Lifecycle
}
