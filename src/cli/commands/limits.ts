// `copyhold limits`: how fast the jobs of a server may write and how many copies run at once.

import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

export interface LimitOptions extends ServerOptions {
  readonly process?: string
  readonly job?: string
  readonly vault?: readonly string[]
  readonly copies?: string
  readonly compaction?: string
}

/** Sets what is named and prints what holds then. Throws UsageMistake. */
export async function limits(options: LimitOptions, host: Host): Promise<number> {
  const body = changeOf(options)
  const settings = serverSettings(options, host)
  const path = '/limits'
  const asked = Object.keys(body).length > 0
  const answer = await askExtension(
    settings,
    asked ? { method: 'PUT', path, body } : { method: 'GET', path },
  )
  host.terminal.out(formatJson(answer))
  return 0
}

function changeOf({
  process,
  job,
  vault,
  copies,
  compaction,
}: LimitOptions): Record<string, unknown> {
  return {
    ...(process === undefined ? {} : { process: parseRate(process) }),
    ...(job === undefined ? {} : { job: parseRate(job) }),
    ...(copies === undefined ? {} : { copies: parseCopies(copies) }),
    ...(compaction === undefined ? {} : { compaction: parseSize(compaction) }),
    ...(vault === undefined ? {} : { vaults: Object.fromEntries(vault.map(parseVault)) }),
  }
}

const NONE = 'none'
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** Bytes a second; null for `none`. Throws UsageMistake. */
export function parseRate(text: string): number | null {
  const rate = text === NONE ? null : parseBytes(text.replace(/\/s$/, ''))
  if (rate !== undefined) return rate
  throw new UsageMistake(`${text} is not a rate: use one such as 50MB/s, or none for no limit.`)
}

/** Bytes; null for `none`, which is what the server does when nothing is said. */
function parseSize(text: string): number | null {
  const size = text === NONE ? null : parseBytes(text)
  if (size !== undefined) return size
  throw new UsageMistake(`${text} is not a size: use one such as 8GiB or 0B, or none for no limit.`)
}

function parseBytes(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text) ?? []
  const factor = UNITS[unit]
  return factor === undefined ? undefined : Math.round(Number(digits) * factor)
}

function parseCopies(text: string): number | null {
  if (text === NONE) return null
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new UsageMistake(
    `--copies ${text} is not a number of copies: use one such as 4, or none for no limit.`,
  )
}

function parseVault(text: string): [string, number | null] {
  const equals = text.lastIndexOf('=')
  if (equals > 0) return [text.slice(0, equals), parseRate(text.slice(equals + 1))]
  throw new UsageMistake(`${text} names no rate for a vault; daily=10MB/s does.`)
}
