// How fast and how much at once: what an operator allows the jobs of one server. Plain data, read
// from JSON with every mistake named.

/** What is absent is not limited. Rates are bytes a second put into vaults. */
export interface Limits {
  /** All jobs together. */
  readonly process?: number
  /** Each job by itself. */
  readonly job?: number
  /** All jobs into one vault, by the vault's ARN. */
  readonly vaults: Readonly<Record<string, number>>
  /** Copy jobs at the same time; the others wait for their turn. */
  readonly copies?: number
  /** Bytes of sparse packs that one sweep looks into: 16 GiB where it is absent, none where 0. */
  readonly compaction?: number
}

/** Nothing is limited. */
export const NO_LIMITS: Limits = { vaults: {} }

/** A change of limits: what is absent stays, null takes a limit away. */
export interface LimitsChange {
  readonly process?: number | null
  readonly job?: number | null
  readonly vaults?: Readonly<Record<string, number | null>>
  readonly copies?: number | null
  readonly compaction?: number | null
}

/** Below it a single pack would take the better part of an hour. */
const RATE_MIN = 10_000
const COPIES_MAX = 1_000

/** The change that JSON asks for, or what is wrong with which member of it. */
export function parseLimitsChange(
  body: unknown,
): LimitsChange | { readonly parameter: string; readonly reason: string } {
  if (!isRecord(body)) return { parameter: 'body', reason: 'it must be a JSON object' }
  for (const [name, value] of Object.entries(body)) {
    const reason = faultOf(name, value)
    if (reason !== undefined) return { parameter: name, reason }
  }
  return body as LimitsChange
}

/** The limits after a change. */
export function changeLimits(limits: Limits, change: LimitsChange): Limits {
  const { vaults, ...plain } = { ...limits, ...change }
  const all = { ...limits.vaults, ...vaults }
  return {
    ...withoutNull(plain),
    vaults: withoutNull(all),
  }
}

function faultOf(name: string, value: unknown): string | undefined {
  switch (name) {
    case 'process':
    case 'job':
      return rateFault(value)
    case 'copies': {
      const fits = isWhole(value) && value >= 1 && value <= COPIES_MAX
      return value === null || fits ? undefined : `it must be from 1 to ${COPIES_MAX}, or null`
    }
    case 'compaction':
      if (value === null || (isWhole(value) && value >= 0)) return undefined
      return 'it must be a number of bytes from 0, or null'
    case 'vaults':
      if (!isRecord(value)) return 'it must be an object of rates by vault'
      return Object.values(value).map(rateFault).find(Boolean)
    default:
      return 'there is no such limit; there are process, job, vaults, copies and compaction'
  }
}

function rateFault(value: unknown): string | undefined {
  if (value === null || (isWhole(value) && value >= RATE_MIN)) return undefined
  return `a rate is bytes a second, at least ${RATE_MIN}, or null`
}

const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function withoutNull(of: Readonly<Record<string, number | null | undefined>>) {
  const kept = Object.entries(of).filter((entry): entry is [string, number] => entry[1] != null)
  return Object.fromEntries(kept)
}
