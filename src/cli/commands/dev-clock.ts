// `copyhold dev-clock`: shows and moves the clock of a development server.

import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

export type ClockAct =
  | { readonly act: 'show' }
  | { readonly act: 'advance'; readonly by: string }
  | { readonly act: 'set'; readonly to: string }
  | { readonly act: 'reset' }

/** Moves the clock as asked and prints what time it is then. Throws UsageMistake. */
export async function devClock(
  clock: ClockAct,
  options: ServerOptions,
  host: Host,
): Promise<number> {
  const body = bodyOf(clock)
  const settings = serverSettings(options, host)
  const path = '/clock'
  const request = body ? { method: 'POST', path, body } : { method: 'GET', path }
  const answer = await askExtension(settings, request as Parameters<typeof askExtension>[1])
  host.terminal.out(formatJson(answer))
  return 0
}

function bodyOf(clock: ClockAct): Record<string, unknown> | undefined {
  switch (clock.act) {
    case 'show':
      return undefined
    case 'advance':
      return { advanceSeconds: parseSpan(clock.by) }
    case 'set':
      return { to: clock.to }
    case 'reset':
      return { reset: true }
  }
}

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

/** Seconds in a span such as `90d` or `1d12h`. Throws UsageMistake. */
export function parseSpan(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)]
  const isWhole = parts.map(([part]) => part).join('') === text
  if (parts.length === 0 || !isWhole) {
    throw new UsageMistake(`${text} is not a span of time: use one such as 90d or 1d12h.`)
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ''] ?? 0), 0)
}
