// The configuration as it lies on the disk: the file itself, and the files it names. A secret is
// read only from a file that nobody else may read.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Configuration } from '../config/index.ts'
import { FIRST_KEY_BYTES, firstKey, NotReadable, readConfiguration } from '../config/index.ts'
import { systemRandom } from '../world/index.ts'

const BYTES_MAX = 4 * 1024 * 1024
const OTHERS = 0o077
const OTHERS_WRITE = 0o002

/**
 * With `makesSecrets` the files of secrets that are missing are made where the configuration wants
 * that; without, they are passed over. Throws ConfigurationInvalid with every mistake, and
 * NotReadable for the file itself.
 */
export function openConfiguration(
  file: string,
  { makesSecrets = false }: { readonly makesSecrets?: boolean } = {},
): Configuration {
  const whole = path.resolve(file)
  const within = (name: string) => path.resolve(path.dirname(whole), name)
  const text = textOf(whole, (mode) => {
    if ((mode & OTHERS_WRITE) === 0) return undefined
    return `anybody may change it; run chmod o-w on ${whole}`
  })
  return readConfiguration(text, {
    path: whole,
    publicFile: (name) => textOf(within(name)),
    file: (name, mayBeMade) => {
      const secret = within(name)
      if (mayBeMade && !existsSync(secret)) return madeSecret(secret, makesSecrets)
      return textOf(secret, (mode) => {
        if ((mode & OTHERS) === 0) return undefined
        return `others may read ${secret}; run chmod 600 on it`
      })
    },
    variable: (name) => process.env[name],
  })
}

function madeSecret(file: string, kept: boolean): string {
  const { bytes } = systemRandom
  const { secret } = firstKey({
    id: bytes(FIRST_KEY_BYTES.id),
    secret: bytes(FIRST_KEY_BYTES.secret),
  })
  if (!kept) return secret
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new NotReadable(`${file} cannot be made: ${codeOf(cause)}`, { cause })
  }
  return secret
}

const codeOf = (cause: unknown) =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'

function textOf(file: string, faultOf: (mode: number) => string | undefined = () => undefined) {
  try {
    const facts = statSync(file)
    if (!facts.isFile()) throw new NotReadable(`${file} is not a file`)
    if (facts.size > BYTES_MAX) throw new NotReadable(`${file} is over ${BYTES_MAX} bytes`)
    const fault = faultOf(facts.mode)
    if (fault !== undefined) throw new NotReadable(fault)
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof NotReadable) throw cause
    const code = codeOf(cause)
    throw new NotReadable(REASONS.get(code)?.(file) ?? `${file} cannot be read: ${code}`, { cause })
  }
}

const REASONS: ReadonlyMap<string, (file: string) => string> = new Map([
  ['ENOENT', (file) => `there is no file ${file}`],
  ['EACCES', (file) => `this user may not read ${file}`],
])
