// The configuration as it lies on the disk: the file itself, and the files it names. A secret is
// read only from a file that nobody else may read.

import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Configuration } from '../config/index.ts'
import { NotReadable, readConfiguration } from '../config/index.ts'

const BYTES_MAX = 4 * 1024 * 1024
const OTHERS = 0o077
const OTHERS_WRITE = 0o002

/** Throws ConfigurationInvalid with every mistake, and NotReadable for the file itself. */
export function openConfiguration(file: string): Configuration {
  const whole = path.resolve(file)
  const within = (name: string) => path.resolve(path.dirname(whole), name)
  const text = textOf(whole, (mode) => {
    if ((mode & OTHERS_WRITE) === 0) return undefined
    return `anybody may change it; run chmod o-w on ${whole}`
  })
  return readConfiguration(text, {
    path: whole,
    publicFile: (name) => textOf(within(name)),
    file: (name) => {
      const secret = within(name)
      return textOf(secret, (mode) => {
        if ((mode & OTHERS) === 0) return undefined
        return `others may read ${secret}; run chmod 600 on it`
      })
    },
    variable: (name) => process.env[name],
  })
}

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
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
    throw new NotReadable(REASONS.get(code)?.(file) ?? `${file} cannot be read: ${code}`, { cause })
  }
}

const REASONS: ReadonlyMap<string, (file: string) => string> = new Map([
  ['ENOENT', (file) => `there is no file ${file}`],
  ['EACCES', (file) => `this user may not read ${file}`],
])
