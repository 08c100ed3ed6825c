// ARNs: the forms AWS Backup reads and writes, one parser and one writer each. A recovery point's
// ARN says neither its vault nor, for some types, its account, so it is only ever written here and
// looked up as a whole; see AWS Backup's table of resource ARNs.

import type { AccountId, JobId, PointId, RegionName } from './ids.ts'
import { parseAccountId, parseRegionName } from './ids.ts'
import type { ResourceType } from './resource-types.ts'

/** A backup vault's ARN, taken apart. */
export interface VaultArn {
  readonly partition: string
  readonly region: RegionName
  readonly account: AccountId
  readonly name: string
}

/** Where a resource lives. S3 buckets name neither Region nor account in their ARN. */
export interface ResourceArn {
  readonly type: ResourceType
  readonly region?: RegionName
  readonly account?: AccountId
}

/** The longest text that is looked at as an ARN, in characters. */
const ARN_LENGTH_MAX = 2048

const VAULT =
  /^arn:(aws(?:-[a-z]+)*):backup:([a-z]{2,}(?:-[a-z0-9]+)+):(\d{12}):backup-vault:([\w/-]{2,100})$/

/** The parts of a backup vault's ARN; undefined for any other text, the old `:vault:` too. */
export function parseVaultArn(text: string): VaultArn | undefined {
  if (text.length > ARN_LENGTH_MAX) return undefined
  const [, partition, region, account, name] = VAULT.exec(text) ?? []
  if (!partition || !region || !account || !name) return undefined
  return {
    partition,
    region: parseRegionName(region),
    account: parseAccountId(account),
    name,
  }
}

/** `arn:aws:backup:<region>:<account>:backup-vault:<name>`. */
export function formatVaultArn(vault: {
  readonly region: RegionName
  readonly account: AccountId
  readonly name: string
}): string {
  const partition = partitionOf(vault.region)
  return `arn:${partition}:backup:${vault.region}:${vault.account}:backup-vault:${vault.name}`
}

/** What the ARN of a new recovery point is made of; each type uses what its form needs. */
export interface NewPoint {
  readonly type: ResourceType
  readonly region: RegionName
  readonly account: AccountId
  readonly pointId: PointId
  readonly origin: 'backup' | 'copy'
  readonly jobId: JobId
  /** 17 random lower-case hexadecimal digits, for the types that call their points so. */
  readonly random17hex: string
}

/**
 * The ARN of a recovery point about to be made, in the form of its resource's type. Snapshots of
 * EBS name no account; those of databases carry their job's id in lower case.
 */
export function formatPointArn(point: NewPoint): string {
  const { region, account, random17hex } = point
  const aws = `arn:${partitionOf(region)}`
  const origin = point.origin === 'copy' ? 'copyjob' : 'job'
  const job = `awsbackup:${origin}-${point.jobId.toLowerCase()}`
  switch (point.type) {
    case 'EBS':
    case 'Storage Gateway':
      return `${aws}:ec2:${region}::snapshot/snap-${random17hex}`
    case 'EC2':
      return `${aws}:ec2:${region}::image/ami-${random17hex}`
    case 'RDS':
      return `${aws}:rds:${region}:${account}:snapshot:${job}`
    case 'Aurora':
    case 'DocumentDB':
    case 'Neptune':
      return `${aws}:rds:${region}:${account}:cluster-snapshot:${job}`
    case 'FSx':
      return `${aws}:fsx:${region}:${account}:backup/backup-${random17hex}`
    default:
      return `${aws}:backup:${region}:${account}:recovery-point:${point.pointId}`
  }
}

const POINTS: readonly RegExp[] = [
  /^arn:[\w-]+:backup:[\w-]+:\d{12}:recovery-point:[\w:.-]{1,256}$/,
  /^arn:[\w-]+:ec2:[\w-]+::(?:snapshot\/snap|image\/ami)-[0-9a-f]{8,40}$/,
  /^arn:[\w-]+:rds:[\w-]+:\d{12}:(?:cluster-)?snapshot:[\w:.-]{1,256}$/,
  /^arn:[\w-]+:fsx:[\w-]+:\d{12}:backup\/backup-[0-9a-f]{8,40}$/,
  /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]{1,255}\/backup\/[\w-]{1,64}$/,
  /^arn:[\w-]+:redshift(?:-serverless)?:[\w-]+:\d{12}:snapshot:?\/?[\w/:.-]{1,256}$/,
]

/** Whether the text has the form of a recovery point's ARN of any type. */
export function isPointArn(text: string): boolean {
  return text.length <= ARN_LENGTH_MAX && POINTS.some((pattern) => pattern.test(text))
}

/** Whether it is the ARN of a continuous recovery point (point-in-time recovery) of a database. */
export function isContinuousPointArn(text: string): boolean {
  return isPointArn(text) && /:recovery-point:continuous:/.test(text)
}

const RESOURCES: readonly (readonly [ResourceType, RegExp])[] = [
  ['EFS', /^arn:[\w-]+:elasticfilesystem:([\w-]+):(\d{12}):file-system\/[\w-]{1,64}$/],
  ['EBS', /^arn:[\w-]+:ec2:([\w-]+):(\d{12}):volume\/vol-[0-9a-f]{8,40}$/],
  ['RDS', /^arn:[\w-]+:rds:([\w-]+):(\d{12}):db:[\w-]{1,63}$/],
  ['S3', /^arn:[\w-]+:s3:():():[a-z0-9.-]{3,63}$/],
  ['CloudFormation', /^arn:[\w-]+:cloudformation:([\w-]+):(\d{12}):stack\/[\w/-]{1,200}$/],
]

/** Which kind of resource an ARN names; undefined when it is none that can be saved. */
export function parseResourceArn(text: string): ResourceArn | undefined {
  if (text.length > ARN_LENGTH_MAX) return undefined
  for (const [type, pattern] of RESOURCES) {
    const match = pattern.exec(text)
    if (!match) continue
    const [, region, account] = match
    return {
      type,
      ...(region ? { region: parseRegionName(region) } : {}),
      ...(account ? { account: parseAccountId(account) } : {}),
    }
  }
  return undefined
}

/** The ARN of a resource that Copyhold itself names: a directory (EFS) or a disk image (EBS). */
export function formatResourceArn(resource: {
  readonly type: 'EFS' | 'EBS'
  readonly region: RegionName
  readonly account: AccountId
  readonly id17hex: string
}): string {
  const { region, account, id17hex } = resource
  const aws = `arn:${partitionOf(region)}`
  switch (resource.type) {
    case 'EFS':
      return `${aws}:elasticfilesystem:${region}:${account}:file-system/fs-${id17hex}`
    case 'EBS':
      return `${aws}:ec2:${region}:${account}:volume/vol-${id17hex}`
  }
}

/** AWS's partition of a Region: the first part of every ARN in it. */
export function partitionOf(region: RegionName): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
}
