// What the server has that could be the value of an argument: vaults, recovery points, resources,
// jobs, and the roles that jobs had.

import type { Output } from '../../wire/index.ts'
import { momentOf, type Service, textOf } from '../commands/service.ts'
import { REGIONS } from '../completion/regions.ts'
import { askExtension, Refused } from '../extensions.ts'
import { formatBytes } from '../jobs/amounts.ts'
import type { Asker, Choice } from './questions.ts'

/** The most that is fetched for one question. */
const CHOICES_MAX = 200

export interface Around {
  readonly service: Service
  readonly asker: Asker
  /** The text another option has been given, by its key. */
  given(key: string): string | undefined
}

/** The choices for a member; none where the server knows nothing of it. Throws what a call does. */
export async function findChoices(member: string, around: Around): Promise<readonly Choice[]> {
  const finder = FINDERS[member]
  return finder ? await finder(around) : []
}

const FINDERS: Readonly<Record<string, (around: Around) => Promise<readonly Choice[]>>> = {
  BackupVaultName: vaultNames,
  SourceBackupVaultName: vaultNames,
  ByBackupVaultName: vaultNames,
  DestinationBackupVaultArn: destinations,
  ByDestinationVaultArn: destinations,
  RecoveryPointArn: recoveryPoints,
  BySourceRecoveryPointArn: recoveryPoints,
  ResourceArn: resources,
  ByResourceArn: resources,
  IamRoleArn: roles,
  FrameworkName: (around) => named(around, 'ListFrameworks', 'Frameworks', 'FrameworkName'),
  ReportPlanName: (around) => named(around, 'ListReportPlans', 'ReportPlans', 'ReportPlanName'),
  BackupPlanId: (around) =>
    named(around, 'ListBackupPlans', 'BackupPlansList', 'BackupPlanId', 'BackupPlanName'),
  CopyJobId: (around) => jobs(around, 'ListCopyJobs', 'CopyJobId', 'State'),
  BackupJobId: (around) => jobs(around, 'ListBackupJobs', 'BackupJobId', 'State'),
  RestoreJobId: (around) => jobs(around, 'ListRestoreJobs', 'RestoreJobId', 'Status'),
}

async function firstOf(answers: AsyncIterable<Output>): Promise<Output[]> {
  const found: Output[] = []
  for await (const answer of answers) {
    if (found.push(answer) >= CHOICES_MAX) break
  }
  return found
}

const dated = (answer: Output) => {
  const moment = momentOf(answer, 'CreationDate')
  return moment === undefined ? '' : new Date(moment).toISOString().replace('T', ' ').slice(0, 16)
}
const joined = (...parts: readonly string[]) => parts.filter((part) => part !== '').join('  ')

async function vaultNames({ service }: Around): Promise<Choice[]> {
  return (await firstOf(service.all('ListBackupVaults', {}))).map((vault) => ({
    value: textOf(vault, 'BackupVaultName'),
    about: `recovery points: ${Number(vault.NumberOfRecoveryPoints ?? 0)}`,
  }))
}

// The ARN says the Region, so that is asked first.
async function destinations(around: Around): Promise<Choice[]> {
  const home = around.service.region
  const others = REGIONS.filter(([name]) => name !== home)
  const region = await around.asker.choose('Region of the destination', [
    { value: home, about: 'the same Region' },
    ...others.map(([value, about]) => ({ value, about })),
  ])
  return await vaultArns(around, region)
}

async function vaultArns({ service, given }: Around, region: string): Promise<Choice[]> {
  const vaults = await firstOf(service.all('ListBackupVaults', {}, region))
  const source = region === service.region ? given('SourceBackupVaultName') : undefined
  return vaults
    .filter((vault) => textOf(vault, 'BackupVaultName') !== source)
    .map((vault) => ({
      value: textOf(vault, 'BackupVaultArn'),
      name: joined(textOf(vault, 'BackupVaultName'), region),
      about: textOf(vault, 'BackupVaultArn'),
    }))
}

// Of the vault that is given, or of every vault where none is.
async function recoveryPoints({ service, given }: Around): Promise<Choice[]> {
  const named = given('BackupVaultName') ?? given('SourceBackupVaultName')
  const vaults = named
    ? [named]
    : (await firstOf(service.all('ListBackupVaults', {}))).map((vault) =>
        textOf(vault, 'BackupVaultName'),
      )
  const found: Choice[] = []
  for (const vault of vaults) {
    const points = service.all('ListRecoveryPointsByBackupVault', { BackupVaultName: vault })
    for (const point of await firstOf(points)) {
      const size = point.BackupSizeInBytes
      found.push({
        value: textOf(point, 'RecoveryPointArn'),
        name: joined(
          dated(point),
          textOf(point, 'ResourceName') || textOf(point, 'ResourceArn'),
          typeof size === 'number' ? formatBytes(size) : '',
          textOf(point, 'Status'),
          named ? '' : vault,
        ),
        about: textOf(point, 'RecoveryPointArn'),
      })
    }
    if (found.length >= CHOICES_MAX) break
  }
  return found
}

// At a Copyhold its resources; at AWS what has been backed up.
async function resources({ service }: Around): Promise<Choice[]> {
  const settings = service.at(service.region)
  if (service.addressGiven) {
    try {
      const answer = await askExtension(settings, { method: 'GET', path: '/resources' })
      const { Resources = [] } = answer as { Resources?: Output[] }
      return Resources.map(resourceChoice)
    } catch (error) {
      // Another server of AWS's kind does not know the question.
      if (!(error instanceof Refused)) throw error
    }
  }
  return (await firstOf(service.all('ListProtectedResources', {}))).map(resourceChoice)
}

function resourceChoice(resource: Output): Choice {
  const arn = textOf(resource, 'ResourceArn')
  const known = ['ResourceName', 'Name', 'Path', 'ResourceType'].map((name) =>
    textOf(resource, name),
  )
  const [name = arn] = known.filter((text) => text !== '')
  return { value: arn, name, about: joined(...known, arn) }
}

// The roles of the last jobs: whoever copies again mostly uses the same.
async function roles({ service }: Around): Promise<Choice[]> {
  const answers = await Promise.all([
    service.call('ListCopyJobs', { MaxResults: 50 }),
    service.call('ListBackupJobs', { MaxResults: 50 }),
  ])
  const all = answers.flatMap(
    ({ CopyJobs, BackupJobs }) => (CopyJobs ?? BackupJobs ?? []) as Output[],
  )
  const distinct = new Set(all.map((job) => textOf(job, 'IamRoleArn')).filter(Boolean))
  return [...distinct].map((value) => ({ value }))
}

// The first page is enough for things that are few.
async function named(
  { service }: Around,
  operation: string,
  list: string,
  id: string,
  name = id,
): Promise<Choice[]> {
  const answer = await service.call(operation, {})
  const things = (answer[list] as Output[] | undefined) ?? []
  return things.map((thing) => ({ value: textOf(thing, id), name: textOf(thing, name) }))
}

async function jobs({ service }: Around, operation: string, id: string, state: string) {
  return (await firstOf(service.all(operation, {}))).map(
    (job): Choice => ({
      value: textOf(job, id),
      name: joined(dated(job), textOf(job, state), textOf(job, 'ResourceName'), textOf(job, id)),
      about: textOf(job, 'StatusMessage') || textOf(job, 'ResourceArn'),
    }),
  )
}
