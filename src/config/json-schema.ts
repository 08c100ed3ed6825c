// The description of a configuration as a JSON schema, for editors that check and complete.

import { z } from 'zod'
import { configurationSchema } from './schema.ts'

/** The schema as JSON text; the same for the same program. */
export function configurationJsonSchema(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', reused: 'inline' })
  return `${JSON.stringify({ title: 'Copyhold', ...schema }, null, 2)}\n`
}
