// Secrets of a configuration: read from files or the environment, never from the configuration
// itself, and never told.

import type { Mistakes, Place } from './mistakes.ts'

/** Where secrets can be read; the world behind it is handed in. */
export interface Secrets {
  /**
   * The text of a file that its owner alone may read, named from the configuration's folder; one
   * that is missing may be made, with a random secret. Throws NotReadable with what is wrong and
   * what would be right.
   */
  file(path: string, mayBeMade: boolean): string
  variable(name: string): string | undefined
}

/** A file that a configuration names cannot be used. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable'
}

interface SecretFile {
  readonly file: string
  readonly create?: boolean | undefined
}

const LENGTH_MIN = 16
const LENGTH_MAX = 4096

/** The secret, without the line's end; undefined when there is none, which is a mistake. */
export function readSecret(
  from: SecretFile | { readonly env: string },
  secrets: Secrets,
  { place, mistakes }: { place: Place; mistakes: Mistakes },
): string | undefined {
  const text = 'file' in from ? fileText(from, secrets, { place, mistakes }) : variable()
  if (text === undefined) return undefined
  const secret = text.trim()
  if (secret.length >= LENGTH_MIN && secret.length <= LENGTH_MAX && !/\s/.test(secret)) {
    return secret
  }
  mistakes.add(place, `a secret is ${LENGTH_MIN} to ${LENGTH_MAX} letters without a space`)
  return undefined

  function variable(): string | undefined {
    const name = 'env' in from ? from.env : ''
    const value = secrets.variable(name)
    if (!value) mistakes.add(place, `the variable ${name} is not set; set it to the secret`)
    return value || undefined
  }
}

function fileText(
  from: SecretFile,
  secrets: Secrets,
  { place, mistakes }: { place: Place; mistakes: Mistakes },
): string | undefined {
  try {
    return secrets.file(from.file, from.create ?? false)
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    mistakes.add(place, error.message)
    return undefined
  }
}
