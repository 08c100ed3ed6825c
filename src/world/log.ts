// The log of a server: on a terminal one line a thing, in words and local time; else one JSON
// object a line, with ISO 8601 times. Secrets never come here: callers log ids and counts, and
// errors as they are, of which only name, message and stack are kept.

import { isatty } from 'node:tty'
import { pino } from 'pino'

export interface Log {
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields & { error?: unknown }, message: string): void
}

type Fields = Record<string, unknown>
type Level = 'info' | 'warn' | 'error'

/** What a program says of an error that it knows: a sentence, and the name it has for it. */
export type Say = (
  error: unknown,
) => { readonly sentence: string; readonly code?: string } | undefined

/** Writes to standard error from `level` upward (`silent` for none). */
export function openLog(level: Level | 'silent', say: Say = () => undefined): Log {
  const target = pino.destination({ fd: 2, sync: true })
  const write = isatty(2) ? lineWriter(level, (line) => target.write(line)) : json(level, target)
  const at = (of: Level) => (fields: Fields, message: string) =>
    write(of, said(fields, say), message)
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

type Write = (level: Level, fields: Fields, message: string) => void

function json(level: Level | 'silent', target: ReturnType<typeof pino.destination>): Write {
  const sink = pino(
    {
      level,
      base: null,
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  )
  return (of, fields, message) => sink[of](fields, message)
}

/** Lines for people: `2026-01-02 03:04:05 warn  what happened: why (job 47C8…)`. */
export function lineWriter(
  level: Level | 'silent',
  put: (line: string) => void,
  now: () => Date = () => new Date(),
): Write {
  const lowest = LEVELS.indexOf(level)
  return (of, fields, message) => {
    if (LEVELS.indexOf(of) < lowest) return
    const { reason, error, ...rest } = fields
    const why = [reason, error].filter((each) => each !== undefined).map(textOf)
    const more = Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${textOf(value)}`)
    const tail = more.length === 0 ? '' : ` (${more.join(', ')})`
    put(`${localTime(now())} ${of.padEnd(5)} ${[message, ...why].join(': ')}${tail}\n`)
  }
}

const LEVELS: readonly (Level | 'silent')[] = ['info', 'warn', 'error', 'silent']

/** Errors that are known become sentences; their names are members beside. */
function said(fields: Fields, say: Say): Fields {
  const members = Object.entries(fields).flatMap(([name, value]) => {
    const known = value instanceof Error ? say(value) : undefined
    if (!known) return [[name, value]]
    const code = known.code === undefined ? [] : [['code', known.code]]
    return [[name, known.sentence], ...code]
  })
  return Object.fromEntries(members)
}

/** On one line: nobody breaks it, or writes another, by what he asks for. */
function textOf(value: unknown): string {
  const text = value instanceof Error ? wordsOf(value) : String(value)
  return text.replace(CONTROLS, ' ').slice(0, TEXT_LENGTH_MAX)
}

function wordsOf({ message, stack = '' }: Error): string {
  const place = /^ +at .*$/m.exec(stack)?.[0].trim()
  return place === undefined ? message : `${message}, ${place}`
}

const CONTROLS = /\p{C}+/gu
const TEXT_LENGTH_MAX = 1000

function localTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}
