// What a job that has not failed is doing, or has done, in sentences.

import { parseResourceType, parseVaultArn } from '../../model/index.ts'
import type { Output } from '../../wire/index.ts'
import { momentOf, type Service, textOf } from '../commands/service.ts'
import { formatBytes } from '../jobs/amounts.ts'
import type { FoundJob } from '../jobs/find-job.ts'
import { figureList, waitsFor } from '../jobs/progress-figures.ts'
import type { JobCounts } from '../jobs/snapshot.ts'
import { sourceLifecycle } from '../preflight/check.ts'
import { copyDeletion, formatMoment } from '../preflight/deletion.ts'
import { attempt, type Scene } from '../preflight/scene.ts'

/** The story of a copy, one sentence an entry. */
export async function copyStory(
  service: Service,
  job: FoundJob,
  scene: Scene,
  now: number,
): Promise<string[]> {
  const { state } = job.snapshot
  if (state === 'CREATED') return createdStory(job, scene, now)
  if (state === 'RUNNING') return runningStory(job, now)
  if (state === 'COMPLETED') return await completedStory(service, job, scene, now)
  if (state === 'PARTIAL') return await partialStory(service, job)
  return []
}

function createdStory({ id, snapshot }: FoundJob, { running }: Scene, now: number): string[] {
  const others =
    running.is === 'answer'
      ? (running.answer.CopyJobs as Output[]).filter((other) => other.CopyJobId !== id)
      : []
  const ahead = others.filter(({ State }) => State === 'RUNNING').map(({ CopyJobId }) => CopyJobId)
  const since = momentOf(snapshot.described, 'CreationDate')
  return [
    `It has not begun yet${sinceStart(since, now)}.`,
    ...(waitsFor(snapshot) === undefined ? [] : waitStory(snapshot)),
    ...(ahead.length === 0
      ? []
      : [`One copy of a resource runs at a time; ahead of it: ${ahead.join(', ')}.`]),
    'A job waits in CREATED until it is its turn, and up to two hours while the service has ' +
      'trouble of its own. Nothing needs to be done.',
  ]
}

function runningStory({ snapshot }: FoundJob, now: number): string[] {
  if (waitsFor(snapshot) !== undefined) return waitStory(snapshot)
  const figures = figureList(snapshot)
  const since = momentOf(snapshot.described, 'CreationDate')
  return [
    `It is copying${sinceStart(since, now)}.`,
    ...modeStory(snapshot.counts),
    figures.length > 0
      ? `So far: ${figures.join(', ')}.`
      : 'The server tells no figures of it: AWS has none for copy jobs.',
    'A copy cannot be stopped; the recovery point shows in the destination when it is whole.',
  ]
}

/** The story of a job that has begun and stands still. */
export function waitStory(snapshot: FoundJob['snapshot']): string[] {
  const isRetried = snapshot.counts?.nextAttemptAt !== undefined
  return [
    `It waits: ${waitsFor(snapshot)}.`,
    ...(isRetried
      ? ['It tries again by itself, for two hours from the first failed attempt on, then it fails.']
      : []),
  ]
}

/** Only our own server says how packs come to the destination. */
function modeStory(counts: JobCounts | undefined): string[] {
  switch (counts?.copyMode) {
    case 'verbatim':
      return ['Its packs go as they are: the copy has the data keys of its source.']
    case 'reencrypt':
      return ['Its packs are re-encrypted: the copy has data keys of its own.']
    default:
      return []
  }
}

async function completedStory(service: Service, job: FoundJob, scene: Scene, now: number) {
  const { described, counts } = job.snapshot
  const size = described.BackupSizeInBytes
  const arn = textOf(described, 'DestinationRecoveryPointArn')
  const moved =
    counts?.bytesStored === undefined
      ? typeof size === 'number' && [`It copied a recovery point of ${formatBytes(size)}.`]
      : [
          `It moved ${formatBytes(counts.bytesStored)}; ` +
            `${formatBytes(counts.bytesReused ?? 0)} were in the destination already.`,
        ]
  return [
    ...(moved || []),
    ...modeStory(counts),
    `The copy is ${arn || 'in the destination'}.`,
    ...(await endOfCopy(service, arn, scene, now)),
  ]
}

// What the destination itself says; from another account, what the rules make of the source.
async function endOfCopy(service: Service, arn: string, scene: Scene, now: number) {
  const vault = parseVaultArn(scene.wish.destinationVaultArn)
  const key = { BackupVaultName: vault?.name ?? '', RecoveryPointArn: arn }
  const copy = await attempt(service.call('DescribeRecoveryPoint', key, vault?.region))
  const point = copy.is === 'answer' ? copy : scene.point
  if (copy.is === 'absent') return ['It is there no longer: it was deleted, or has expired.']
  if (point.is !== 'answer') return []
  const type = parseResourceType(textOf(point.answer, 'ResourceType'))
  const createdAt = momentOf(point.answer, 'CreationDate')
  if (!type || createdAt === undefined) return []
  const source = copy.is === 'answer' ? copy.answer.Lifecycle : sourceLifecycle(scene)
  const { deleteAt, lifecycle } = copyDeletion({
    type,
    createdAt,
    now,
    ...(source ? { source } : {}),
  })
  if (deleteAt === undefined) return ['It is kept for ever: its lifecycle names no end.']
  return [
    `It is deleted on ${formatMoment(deleteAt)}: ${lifecycle?.DeleteAfterDays} days from ` +
      `${formatMoment(createdAt)}, when its source was created, not from the day of the copy.`,
  ]
}

async function partialStory(service: Service, { id }: FoundJob): Promise<string[]> {
  const children: string[] = []
  const seen = await attempt(
    service.call('ListCopyJobs', { ByParentJobId: id }).then((answer) => answer),
  )
  const jobs = seen.is === 'answer' ? ((seen.answer.CopyJobs as Output[] | undefined) ?? []) : []
  for (const child of jobs.filter(({ State }) => State !== 'COMPLETED')) {
    const name = textOf(child, 'CompositeMemberIdentifier') || textOf(child, 'ResourceArn')
    const why = textOf(child, 'StatusMessage')
    children.push(`${name}: ${textOf(child, 'State')}${why === '' ? '' : `, ${why}`}.`)
  }
  return [
    'Not every member was copied. Members of a type that cannot be copied are left out without ' +
      'a job of their own; the copy has the status PARTIAL.',
    ...children,
  ]
}

function sinceStart(since: number | undefined, now: number): string {
  if (since === undefined) return ''
  const minutes = Math.max(0, Math.round((now - since) / 60_000))
  const time = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
  return `; it was asked for ${minutes === 0 ? 'less than a minute' : time} ago`
}
