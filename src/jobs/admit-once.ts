// How every job begins: in one transaction, once for each idempotency token. Repeating a request
// that was admitted answers as the first time, whatever has become of the job; a request that was
// refused leaves no trace.

import { createHash } from 'node:crypto'
import type { Identities } from '../access/index.ts'
import type { Catalog, NewJob, ReadTx, Tx } from '../catalog/index.ts'
import { jobs, TokenTaken } from '../catalog/index.ts'
import type { AccountId, JobId, Quotas, RegionName } from '../model/index.ts'
import { Answer, parseJobId } from '../model/index.ts'

/** What admission may reach. */
export interface AdmissionContext {
  readonly catalog: Catalog
  readonly clock: { now(): number }
  readonly random: { bytes(count: number): Uint8Array; uuid(): string }
  readonly identities: Identities
  /** How much of a thing there may be; absent: as much as is asked for. */
  readonly quotas?: Quotas
}

/** The account and Region that ask: whose vaults are meant, and who owns the job. */
export interface Requester {
  readonly account: AccountId
  readonly region: RegionName
}

/** What a request may say to be answered once, and who says it. */
export interface IdempotentRequest {
  readonly from: Requester
  /** Empty is as good as absent. */
  readonly token?: string | undefined
}

/** A job that was made, now or for the first request with the same token. */
export interface StartedJob {
  readonly id: JobId
  readonly createdAt: number
  /** The recovery point the job will make, where its type tells it at once. */
  readonly pointArn?: string
}

/** People build tokens of two ARNs; nobody needs more than this. */
const TOKEN_LENGTH_MAX = 4096

/**
 * Inserts the job that `admit` makes, unless the request was admitted before. Throws the Answer
 * IdempotencyConflict when its token came with other parameters, and whatever `admit` throws.
 */
export async function admitOnce<Request extends IdempotentRequest>(
  context: AdmissionContext,
  operation: string,
  request: Request,
  admit: (tx: Tx) => Promise<NewJob & { readonly answeredPointArn?: string | undefined }>,
): Promise<StartedJob> {
  const { from, token, ...parameters } = request
  if (token && token.length > TOKEN_LENGTH_MAX) {
    const reason = `it is longer than ${TOKEN_LENGTH_MAX} characters`
    throw new Answer({ code: 'InvalidParameter', parameter: 'IdempotencyToken', reason })
  }
  const key = token ? { ...from, operation, token, requestHash: hashOf(parameters) } : undefined
  const attempt = () =>
    context.catalog.transaction(async (tx) => {
      const before = key && (await answeredBefore(tx, key))
      if (before) return before
      const { answeredPointArn: pointArn, ...job } = await admit(tx)
      const started = { id: job.id, createdAt: job.createdAt, ...(pointArn ? { pointArn } : {}) }
      await jobs.insert(tx, job, key && { ...key, answer: started })
      return started
    })
  try {
    return await attempt()
  } catch (error) {
    // Another request with this token was admitted meanwhile; its answer is ours now.
    if (error instanceof TokenTaken) return attempt()
    throw error
  }
}

/** A new job's id: a UUID in AWS's upper case. */
export function drawJobId(context: Pick<AdmissionContext, 'random'>): JobId {
  return parseJobId(context.random.uuid().toUpperCase())
}

async function answeredBefore(
  tx: ReadTx,
  key: Requester & { operation: string; token: string; requestHash: string },
): Promise<StartedJob | undefined> {
  const answered = await jobs.findByToken(tx, key)
  if (!answered) return undefined
  if (answered.requestHash !== key.requestHash) {
    throw new Answer({ code: 'IdempotencyConflict', token: key.token })
  }
  return answered.answer as StartedJob
}

/** The same for the same parameters, in whatever order their members came. */
function hashOf(parameters: object): string {
  return createHash('sha256').update(canonical(parameters)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
  return `{${members.join(',')}}`
}
