// The log of a server: one JSON object a line. Secrets never come here: callers log ids and
// counts, and error objects only through `error`, which keeps name, message and stack.

import { pino } from 'pino'

export interface Log {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown> & { error?: unknown }, message: string): void
}

/** Writes to standard error from `level` upward (`silent` for none). */
export function openLog(level: 'info' | 'warn' | 'error' | 'silent'): Log {
  const sink = pino(
    { level, base: null, errorKey: 'error' },
    pino.destination({ fd: 2, sync: true }),
  )
  return {
    info: (fields, message) => sink.info(fields, message),
    warn: (fields, message) => sink.warn(fields, message),
    error: (fields, message) => sink.error(fields, message),
  }
}
