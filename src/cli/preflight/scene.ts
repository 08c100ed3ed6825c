// What can be seen of a copy from where we stand: its vaults, its recovery point, their policies,
// the settings of the account. Only reads; what may not be read or is not offered is kept as that.

import { type Lifecycle, parseVaultArn, type VaultArn } from '../../model/index.ts'
import * as client from '../../wire/index.ts'
import type { Service } from '../commands/service.ts'
import { askExtension, Refused } from '../extensions.ts'
import { isAmazon } from '../jobs/snapshot.ts'

/** A copy as its request names it. */
export interface CopyWish {
  readonly recoveryPointArn: string
  readonly sourceVaultName: string
  readonly destinationVaultArn: string
  readonly roleArn: string
  /** What the request says, if anything. */
  readonly lifecycle?: Lifecycle
}

/** An answer, or why there is none. */
export type Seen =
  | { readonly is: 'answer'; readonly answer: client.Output }
  /** The service said no: `hidden` when the caller may not know, `absent` when it is not there. */
  | {
      readonly is: 'hidden' | 'absent' | 'refused' | 'not-offered' | 'silent'
      readonly message: string
    }

/** Everything that could be seen. */
export interface Scene {
  readonly wish: CopyWish
  readonly region: string
  readonly destination: VaultArn | undefined
  readonly sourceVault: Seen
  readonly point: Seen
  readonly sourcePolicy: Seen
  readonly destinationVault: Seen
  readonly destinationPolicy: Seen
  readonly settings: Seen
  /** What is set of the destination beyond AWS; of the source where the destination hides it. */
  readonly vaultSettings: Seen
  /** Copies of the same resource that have not ended, this one's own id left out. */
  readonly running: Seen
}

/** Looks. Throws only when the service in the source's Region gives no answer at all. */
export async function seeCopy(service: Service, wish: CopyWish): Promise<Scene> {
  const destination = parseVaultArn(wish.destinationVaultArn)
  const { region } = service
  const source = { BackupVaultName: wish.sourceVaultName }
  const sourceVault = await attempt(service.call('DescribeBackupVault', source), 'throw')
  const pointKey = { ...source, RecoveryPointArn: wish.recoveryPointArn }
  const account = accountOf(sourceVault)
  const foreign =
    destination && account !== undefined && destination.account !== account
      ? { BackupVaultAccountId: destination.account }
      : {}
  const there = { BackupVaultName: destination?.name ?? '' }
  const inDestination = (operation: string, input: client.ClientInput) =>
    destination
      ? attempt(service.call(operation, input, destination.region))
      : Promise.resolve(NOT_AN_ARN)
  const [point, sourcePolicy, destinationVault, destinationPolicy, settings] = await Promise.all([
    attempt(service.call('DescribeRecoveryPoint', pointKey)),
    attempt(service.call('GetBackupVaultAccessPolicy', source)),
    inDestination('DescribeBackupVault', { ...there, ...foreign }),
    'BackupVaultAccountId' in foreign
      ? Promise.resolve(FOREIGN_POLICY)
      : inDestination('GetBackupVaultAccessPolicy', there),
    attempt(service.call('DescribeGlobalSettings', {})),
  ])
  const isForeign = 'BackupVaultAccountId' in foreign
  const vaultSettings = await ownSettings(
    service.at(isForeign ? region : (destination?.region ?? region)),
    isForeign ? wish.sourceVaultName : (destination?.name ?? ''),
  )
  const running = await runningCopies(service, point)
  const seen = { point, sourcePolicy, destinationVault, destinationPolicy, settings }
  return { wish, region, destination, sourceVault, ...seen, vaultSettings, running }
}

/** Only a Copyhold answers. */
async function ownSettings(settings: client.ClientSettings, vault: string): Promise<Seen> {
  if (isAmazon(settings)) return NOT_OURS
  try {
    const path = `/vaults/${client.encodeLabel(vault)}/settings`
    const answer = await askExtension(settings, { method: 'GET', path })
    return { is: 'answer', answer: answer as client.Output }
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) return NOT_OURS
    if (error instanceof client.NoAnswer) return { is: 'silent', message: error.message }
    throw error
  }
}

const NOT_OURS: Seen = { is: 'not-offered', message: 'this server does not offer it' }
const NOT_AN_ARN: Seen = { is: 'refused', message: 'the ARN of the destination is malformed' }
const FOREIGN_POLICY: Seen = {
  is: 'hidden',
  message: 'only its own account may read the policy of a vault',
}

/** The account that the source vault, and so the copy, belongs to. */
export function accountOf(sourceVault: Seen): string | undefined {
  if (sourceVault.is !== 'answer') return undefined
  return parseVaultArn(String(sourceVault.answer.BackupVaultArn ?? ''))?.account
}

async function runningCopies(service: Service, point: Seen): Promise<Seen> {
  if (point.is !== 'answer') return { is: 'absent', message: 'the recovery point was not found' }
  const ByResourceArn = String(point.answer.ResourceArn ?? '')
  const jobs = ['RUNNING', 'CREATED'].map((ByState) =>
    service.call('ListCopyJobs', { ByResourceArn, ByState }),
  )
  return await attempt(
    Promise.all(jobs).then((pages) => ({ CopyJobs: pages.flatMap((page) => page.CopyJobs ?? []) })),
  )
}

/** What a call answers, or why it does not. `throw` lets pass that nobody is there. */
export async function attempt(call: Promise<client.Output>, silence?: 'throw'): Promise<Seen> {
  try {
    return { is: 'answer', answer: await call }
  } catch (error) {
    if (error instanceof client.ServiceError) return whyNot(error)
    if (!(error instanceof client.NoAnswer) || silence === 'throw') throw error
    return { is: 'silent', message: error.message }
  }
}

function whyNot({ spelled }: client.ServiceError): Seen {
  const { code, message, status } = spelled
  if (status === 501 || code === 'UnknownOperationException') {
    return { is: 'not-offered', message: 'this server does not offer it' }
  }
  // AWS says "Insufficient privileges" of a vault that is not there, and "not authorized to
  // perform" where a right is lacking.
  if (code === 'ResourceNotFoundException') return { is: 'absent', message }
  if (code.startsWith('AccessDenied')) {
    return { is: /insufficient privileges/i.test(message) ? 'absent' : 'hidden', message }
  }
  return { is: 'refused', message }
}
