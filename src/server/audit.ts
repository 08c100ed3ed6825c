// What the log keeps of requests: one line for each that writes, and one for each signature that is
// refused, of an address only so many a minute. Who, from where, what, on what, how it ended. Of an
// input nothing but the names of things: no policy, no tag, no metadata, no token.

import type { Caller } from '../access/index.ts'
import type { Log } from '../world/index.ts'
import type { Exchange, ServerReply } from './exchange.ts'

/** What is known of a request when it has been answered. */
export interface Audited {
  readonly requestId: string
  /** AWS's name of the operation, or method and path of ours. */
  readonly operation: string
  /** Undefined when nobody was believed. */
  readonly caller: Caller | undefined
  /** The names of what it was done to. */
  readonly resource: string | undefined
  /** The time, in milliseconds. */
  readonly at: number
}

/** Members of inputs that name what is done and to what; identifiers all of them. */
const NAMING = [
  'BackupVaultName',
  'SourceBackupVaultName',
  'RecoveryPointArn',
  'ResourceArn',
  'DestinationBackupVaultArn',
  'BackupJobId',
] as const

/** What an input says it is done to. */
export function resourceOf(input: unknown): string | undefined {
  const members = (input ?? {}) as Readonly<Record<string, unknown>>
  const names = NAMING.map((name) => members[name]).filter((value) => typeof value === 'string')
  return names.length === 0 ? undefined : names.join(' ').slice(0, NAMES_LENGTH_MAX)
}

const NAMES_LENGTH_MAX = 600
const REFUSED_EACH = 10
const REFUSED_ALL = 100
const MINUTE_MS = 60_000

/** The one writer of such lines. */
export class Audit {
  readonly #log: Log
  #minute = Number.NEGATIVE_INFINITY
  /** Refused this minute, by address; no more than have a line. */
  readonly #refused = new Map<string, number>()
  #lines = 0
  #untold = 0

  constructor(log: Log) {
    this.#log = log
  }

  tell({ method, sourceIp: from }: Exchange, reply: ServerReply, audited: Audited): void {
    const { requestId, operation, caller, resource, at } = audited
    const result = reply.headers['x-amzn-errortype'] ?? 'ok'
    if (!caller) {
      if (SIGNATURE_REFUSALS.has(result)) this.#refusal({ from, operation, result, requestId }, at)
      return
    }
    if (method === 'GET' || method === 'HEAD') return
    const { account, region, principal } = caller
    const who = { account, region, principal: principal.arn }
    this.#log.info({ operation, resource, result, ...who, from, requestId }, 'request')
  }

  #refusal(fields: { from: string | undefined; [name: string]: unknown }, at: number): void {
    if (at - this.#minute >= MINUTE_MS || at < this.#minute) this.#begin(at)
    const from = fields.from ?? ''
    const count = this.#refused.get(from) ?? 0
    if (count >= REFUSED_EACH || this.#lines >= REFUSED_ALL) {
      this.#untold += 1
      return
    }
    this.#refused.set(from, count + 1)
    this.#lines += 1
    this.#log.warn(fields, 'a signature was refused')
  }

  #begin(at: number): void {
    const signatures = this.#untold
    if (signatures > 0) this.#log.warn({ signatures }, 'more signatures were refused than are told')
    this.#minute = at
    this.#refused.clear()
    this.#lines = 0
    this.#untold = 0
  }
}

const SIGNATURE_REFUSALS: ReadonlySet<string> = new Set([
  'MissingAuthenticationToken',
  'IncompleteSignature',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
])
