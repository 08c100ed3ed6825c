// The facts of a job that articles are filled with: what describes it, and what reading calls add.

import { parseVaultArn } from '../../model/index.ts'
import type { Output } from '../../wire/index.ts'
import { type Service, textOf } from '../commands/service.ts'
import { askExtension, Refused } from '../extensions.ts'
import type { FoundJob } from '../jobs/find-job.ts'
import { isAmazon } from '../jobs/snapshot.ts'
import type { Check } from '../preflight/check.ts'
import { checksOf } from '../preflight/checks.ts'
import { rangeOf } from '../preflight/destination-checks.ts'
import { type Scene, seeCopy } from '../preflight/scene.ts'
import type { Facts } from './article.ts'
import { matchMessage } from './catalogue.ts'

/** What is known of a copy job. */
export interface CopyFacts {
  readonly facts: Facts
  readonly scene: Scene
  /** What can be checked again now. */
  readonly checks: readonly Check[]
}

/** Looks around a copy job. Throws only when the service gives no answer. */
export async function copyFacts(service: Service, { snapshot, id }: FoundJob): Promise<CopyFacts> {
  const job = snapshot.described
  const source = parseVaultArn(textOf(job, 'SourceBackupVaultArn'))
  const given = job.DestinationRecoveryPointLifecycle
  const scene = await seeCopy(service, {
    recoveryPointArn: textOf(job, 'SourceRecoveryPointArn'),
    sourceVaultName: source?.name ?? '',
    destinationVaultArn: textOf(job, 'DestinationBackupVaultArn'),
    roleArn: textOf(job, 'IamRoleArn'),
    ...(isRecord(given) ? { lifecycle: given } : {}),
  })
  return {
    facts: { ...jobFacts({ snapshot, id, kind: 'copy' }), ...seenFacts(scene) },
    scene,
    checks: checksOf(scene),
  }
}

/** What the description of any job tells. */
export function jobFacts({ snapshot, id }: FoundJob): Facts {
  const job = snapshot.described
  const sourceVaultArn = textOf(job, 'SourceBackupVaultArn') || textOf(job, 'BackupVaultArn')
  const source = parseVaultArn(sourceVaultArn)
  const destinationVaultArn = textOf(job, 'DestinationBackupVaultArn')
  const destination = parseVaultArn(destinationVaultArn)
  return known({
    jobId: id,
    sourceVaultArn,
    sourceVaultName: source?.name,
    sourceRegion: source?.region,
    sourceAccount: source?.account,
    destinationVaultArn,
    destinationVaultName: destination?.name,
    destinationRegion: destination?.region,
    destinationAccount: destination?.account,
    recoveryPointArn: textOf(job, 'SourceRecoveryPointArn') || textOf(job, 'RecoveryPointArn'),
    roleArn: textOf(job, 'IamRoleArn'),
    resourceArn: textOf(job, 'ResourceArn') || textOf(job, 'SourceResourceArn'),
    resourceType: textOf(job, 'ResourceType'),
  })
}

/** Who manages the organization, for a message of which that helps; only a Copyhold says so. */
export async function organizationFacts(service: Service, message: string): Promise<Facts> {
  const settings = service.at(service.region)
  if (matchMessage(message)?.article.id !== 'cross-account-off' || isAmazon(settings)) return {}
  try {
    const asked = await askExtension(settings, { method: 'GET', path: '/organization' })
    const { ManagementAccountId } = asked as { ManagementAccountId?: string }
    return known({ managementAccount: ManagementAccountId })
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) return {}
    throw error
  }
}

function seenFacts({ point, destinationVault, wish }: Scene): Facts {
  const range = rangeOf(destinationVault)
  const source = point.is === 'answer' ? (point.answer.Lifecycle as Output | undefined) : undefined
  const days = wish.lifecycle?.DeleteAfterDays ?? source?.DeleteAfterDays
  const isKnown = point.is === 'answer' || wish.lifecycle !== undefined
  const keys = [point, destinationVault].map((seen) =>
    seen.is === 'answer' ? textOf(seen.answer, 'EncryptionKeyArn') : '',
  )
  return known({
    minRetentionDays: range?.minDays?.toString(),
    maxRetentionDays: range && (range.maxDays?.toString() ?? 'any number of'),
    retention: isKnown ? (typeof days === 'number' ? `${days} days` : 'for ever') : undefined,
    keyArn: keys.find((key) => key !== ''),
    status: point.is === 'answer' ? textOf(point.answer, 'Status') : undefined,
  })
}

/** Without what is not known. */
function known(facts: { readonly [Name in keyof Facts]: string | undefined }): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value))
}

const isRecord = (value: unknown): value is Record<string, never> =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
