// Which recovery points of a vault are meant, and what the destination has of them already: from
// lists alone, so that it works against any server that speaks the API.

import { createHash } from 'node:crypto'
import {
  checkCopySource,
  isContinuousPointArn,
  type Lifecycle,
  parseVaultArn,
} from '../../model/index.ts'
import { failureText, type Output } from '../../wire/index.ts'
import { momentOf, type Service, textOf } from '../commands/service.ts'
import { attempt } from '../preflight/scene.ts'

/** Which points are meant. */
export interface Selection {
  readonly from: string
  readonly to: string
  readonly resourceType?: string
  readonly resourceArn?: string
  readonly newestPerResource?: number
  readonly createdAfter?: string
  readonly missingOnly: boolean
}

/** How each point is to be copied. */
export interface CopyTerms {
  /** Absent: by the role that made the recovery point. */
  readonly roleArn?: string
  readonly lifecycle?: Lifecycle
}

/** One point and what is to be done with it. */
export type Intent = { readonly point: Output; readonly arn: string } & (
  | { readonly do: 'copy'; readonly roleArn: string; readonly token: string }
  /** A job for it is under way. */
  | { readonly do: 'follow'; readonly jobId: string }
  | { readonly do: 'leave'; readonly copyArn?: string }
  | { readonly do: 'refuse'; readonly reason: string }
)

/** What is to be done with every point that is meant, and the jobs that were there before. */
export interface Plan {
  readonly intents: readonly Intent[]
  readonly earlierJobs: ReadonlySet<string>
}

/** Looks at both vaults and decides. Throws what a call throws. */
export async function planCopies(
  service: Service,
  selection: Selection,
  terms: CopyTerms,
): Promise<Plan> {
  const points = newest(await pointsOf(service, selection), selection.newestPerResource)
  const jobs = await jobsInto(service, selection.to)
  const there = await copiesThere(service, selection)
  const intents = points.map((point) => {
    const earlier = jobs.get(textOf(point, 'RecoveryPointArn')) ?? []
    return intentFor({ point, earlier, there, selection, terms })
  })
  const ids = [...jobs.values()].flat().map((job) => textOf(job, 'CopyJobId'))
  return { intents, earlierJobs: new Set(ids) }
}

async function pointsOf(service: Service, selection: Selection): Promise<Output[]> {
  const { from, resourceType, resourceArn, createdAfter } = selection
  const points: Output[] = []
  const input = {
    BackupVaultName: from,
    ...(resourceType === undefined ? {} : { ByResourceType: resourceType }),
    ...(resourceArn === undefined ? {} : { ByResourceArn: resourceArn }),
    ...(createdAfter === undefined ? {} : { ByCreatedAfter: createdAfter }),
  }
  for await (const point of service.all('ListRecoveryPointsByBackupVault', input)) {
    // Members of a composite are copied with it.
    if (textOf(point, 'ParentRecoveryPointArn') === '') points.push(point)
  }
  return points.sort((a, b) => createdAt(b) - createdAt(a))
}

const createdAt = (point: Output) => momentOf(point, 'CreationDate') ?? 0

function newest(points: readonly Output[], count = Number.POSITIVE_INFINITY): Output[] {
  const taken = new Map<string, number>()
  return points.filter((point) => {
    const resource = textOf(point, 'ResourceArn')
    const before = taken.get(resource) ?? 0
    if (before >= count) return false
    // One that cannot be copied does not stand in the way of an older one that can.
    if (refusalOf(point) === undefined) taken.set(resource, before + 1)
    return true
  })
}

/** Copy jobs into the destination by the point they copy; AWS keeps them for thirty days. */
async function jobsInto(service: Service, destination: string): Promise<Map<string, Output[]>> {
  const jobs = new Map<string, Output[]>()
  for await (const job of service.all('ListCopyJobs', { ByDestinationVaultArn: destination })) {
    const source = textOf(job, 'SourceRecoveryPointArn')
    jobs.set(source, [...(jobs.get(source) ?? []), job])
  }
  return jobs
}

/** What lies in the destination: ARNs, and which state of which resource. */
interface There {
  readonly arns: ReadonlySet<string>
  /** A copy keeps the creation date of its source: `state` to ARN. */
  readonly states: ReadonlyMap<string, string>
}

const stateKey = (point: Output) => `${textOf(point, 'ResourceArn')} ${createdAt(point)}`

async function copiesThere(service: Service, selection: Selection): Promise<There | undefined> {
  const vault = parseVaultArn(selection.to)
  if (!vault) return undefined
  const arns = new Set<string>()
  const states = new Map<string, string>()
  const input = { BackupVaultName: vault.name }
  const list = async () => {
    const points = service.all('ListRecoveryPointsByBackupVault', input, vault.region)
    for await (const point of points) {
      const arn = textOf(point, 'RecoveryPointArn')
      arns.add(arn)
      if (textOf(point, 'Status') !== 'DELETING') states.set(stateKey(point), arn)
    }
    return {}
  }
  // A vault of another account may not be listed; then the jobs alone say what is there.
  const seen = await attempt(list())
  return seen.is === 'answer' ? { arns, states } : undefined
}

function intentFor(decision: {
  readonly point: Output
  readonly earlier: readonly Output[]
  readonly there: There | undefined
  readonly selection: Selection
  readonly terms: CopyTerms
}): Intent {
  const { point, earlier, there, selection, terms } = decision
  const arn = textOf(point, 'RecoveryPointArn')
  const reason = refusalOf(point)
  if (reason !== undefined) return { do: 'refuse', point, arn, reason }
  const running = earlier.find(({ State }) => State === 'RUNNING' || State === 'CREATED')
  if (running) return { do: 'follow', point, arn, jobId: textOf(running, 'CopyJobId') }
  const isThere = (job: Output) => {
    const copy = textOf(job, 'DestinationRecoveryPointArn')
    return job.State === 'COMPLETED' && (there === undefined || there.arns.has(copy))
  }
  const done = earlier.find(isThere)
  if (selection.missingOnly) {
    const copy = done ? textOf(done, 'DestinationRecoveryPointArn') : ''
    const copyArn = copy || there?.states.get(stateKey(point))
    if (done || copyArn) return { do: 'leave', point, arn, ...(copyArn ? { copyArn } : {}) }
  }
  const roleArn = terms.roleArn ?? textOf(point, 'IamRoleArn')
  if (roleArn === '') {
    return { do: 'refuse', point, arn, reason: 'it names no role; use --iam-role-arn' }
  }
  // Jobs that left nothing behind count: the token of a copy that failed would answer with it.
  const lost = earlier.filter((job) => !isThere(job)).length
  return {
    do: 'copy',
    point,
    arn,
    roleArn,
    token: tokenOf({ arn, roleArn, lost, selection, terms }),
  }
}

function refusalOf(point: Output): string | undefined {
  const arn = textOf(point, 'RecoveryPointArn')
  const status = textOf(point, 'Status')
  // Lists do not tell the storage class; the service will.
  const failure = isContinuousPointArn(arn)
    ? ({ code: 'ContinuousRecoveryPoint', arn } as const)
    : checkCopySource({ arn, status, storageClass: 'WARM' })
  return failure && failureText(failure).message
}

/** The same copy has the same token, so that asking twice makes one job. */
function tokenOf(copy: {
  readonly arn: string
  readonly roleArn: string
  readonly lost: number
  readonly selection: Selection
  readonly terms: CopyTerms
}): string {
  const { arn, roleArn, lost, selection, terms } = copy
  const what = [arn, selection.from, selection.to, roleArn, terms.lifecycle ?? null, lost]
  return `copyhold-${createHash('sha256').update(JSON.stringify(what)).digest('hex')}`
}
