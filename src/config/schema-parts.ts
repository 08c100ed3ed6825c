// The small values that a configuration is made of.

import { z } from 'zod'

export const folder = z.string().min(1).max(4096).describe('a folder')

export const accountId = z
  .string()
  .regex(/^[0-9]{12}$/)
  .describe('an account id: 12 digits in quotation marks')

export const regionName = z
  .string()
  .regex(/^[a-z]{2,}(-[a-z0-9]+)+$/)
  .max(63)
  .describe('the name of a Region, such as eu-central-1')

export const count = z.int().min(1).max(1_000_000_000).describe('a whole number, at least 1')

export const rate = z.int().min(10_000).describe('bytes a second, at least 10000')

/** Where a secret is; never the secret itself. */
export const secretFrom = z
  .union([
    z
      .strictObject({
        file: z.string().min(1).describe('a file that its owner alone may read'),
        create: z
          .boolean()
          .optional()
          .describe('whether a missing file is made at the start, with a random secret'),
      })
      .describe('a file'),
    z
      .strictObject({
        env: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
          .describe('the name of an environment variable'),
      })
      .describe('a variable'),
  ])
  .describe('{file: PATH} or {env: NAME}: a secret is never written in the configuration')
