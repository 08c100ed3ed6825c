// Goal: ARNs are written and read in AWS's forms, and nothing else passes for one. Method: AWS's
// published forms letter by letter, and properties.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatPointArn,
  formatResourceArn,
  formatVaultArn,
  isContinuousPointArn,
  isPointArn,
  parseAccountId,
  parseJobId,
  parsePointId,
  parseRegionName,
  parseResourceArn,
  parseVaultArn,
  type ResourceType,
  resourceTypes,
} from './index.ts'

const region = parseRegionName('us-west-2')
const account = parseAccountId('123456789012')
const id17hex = '0123456789abcdef0'

test('a vault ARN is written and read back, in every partition', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('eu-west-1', 'cn-north-1', 'us-gov-west-1'),
      fc.stringMatching(/^[A-Za-z0-9_-]{2,50}$/),
      (text, name) => {
        const vault = { region: parseRegionName(text), account, name }
        const { partition, ...parsed } = parseVaultArn(formatVaultArn(vault)) ?? {}
        assert.deepEqual(parsed, vault)
        assert.match(partition ?? '', /^aws(-cn|-us-gov)?$/)
      },
    ),
  )
})

test('what is no vault ARN is none, the old form too', () => {
  const good = 'arn:aws:backup:us-west-2:123456789012:backup-vault:daily'
  assert.ok(parseVaultArn(good))
  for (const bad of [
    '',
    'daily',
    good.replace(':backup-vault:', ':vault:'),
    good.replace('123456789012', '12345678901'),
    good.replace('aws:backup', 'aws:ec2'),
    `${good}\n`,
    `${good}${'x'.repeat(3000)}`,
    'arn:aws:backup:us-west-2:123456789012:recovery-point:X',
  ]) {
    assert.equal(parseVaultArn(bad), undefined, bad)
  }
})

test('the automatic vault, whose name holds slashes, can be read', () => {
  const arn = 'arn:aws:backup:us-west-2:123456789012:backup-vault:aws/efs/automatic-backup-vault'
  assert.equal(parseVaultArn(arn)?.name, 'aws/efs/automatic-backup-vault')
})

test('a recovery point is named as its type names them', () => {
  const jobId = parseJobId('47C8EF56-74D8-059D-1301-C5BE1D5C926E')
  const pointId = parsePointId('11111111-2222-3333-4444-AAAAAAAAAAAA')
  const arn = (type: ResourceType, origin: 'backup' | 'copy') =>
    formatPointArn({ type, region, account, pointId, origin, jobId, random17hex: id17hex })
  const lower = '47c8ef56-74d8-059d-1301-c5be1d5c926e'
  const own = `arn:aws:backup:us-west-2:123456789012:recovery-point:${pointId}`
  assert.equal(arn('EFS', 'backup'), own)
  assert.equal(arn('CloudFormation', 'copy'), own)
  assert.equal(arn('EBS', 'copy'), `arn:aws:ec2:us-west-2::snapshot/snap-${id17hex}`)
  assert.equal(arn('EC2', 'copy'), `arn:aws:ec2:us-west-2::image/ami-${id17hex}`)
  const rds = 'arn:aws:rds:us-west-2:123456789012'
  assert.equal(arn('RDS', 'backup'), `${rds}:snapshot:awsbackup:job-${lower}`)
  assert.equal(arn('Aurora', 'copy'), `${rds}:cluster-snapshot:awsbackup:copyjob-${lower}`)
  assert.equal(arn('FSx', 'copy'), `arn:aws:fsx:us-west-2:123456789012:backup/backup-${id17hex}`)
  for (const type of Object.keys(resourceTypes) as ResourceType[]) {
    assert.ok(isPointArn(arn(type, 'copy')), type)
    const isOwn = arn(type, 'copy').startsWith('arn:aws:backup:')
    assert.equal(isOwn, resourceTypes[type].fullyManaged || type === 'Redshift', type)
  }
})

test('a continuous recovery point is told from the others', () => {
  const own = 'arn:aws:backup:us-west-2:123456789012:recovery-point:'
  assert.equal(isContinuousPointArn(`${own}continuous:db-abc`), true)
  assert.equal(isContinuousPointArn(`${own}ABC`), false)
  assert.equal(isPointArn('arn:aws:backup:us-west-2:123456789012:backup-vault:daily'), false)
})

test('a resource is known by its ARN', () => {
  const efs = formatResourceArn({ type: 'EFS', region, account, id17hex })
  assert.equal(efs, `arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/fs-${id17hex}`)
  assert.deepEqual(parseResourceArn(efs), { type: 'EFS', region, account })
  const ebs = formatResourceArn({ type: 'EBS', region, account, id17hex })
  assert.deepEqual(parseResourceArn(ebs), { type: 'EBS', region, account })
  assert.deepEqual(parseResourceArn('arn:aws:s3:::bucket'), { type: 'S3' })
  assert.equal(parseResourceArn(`arn:aws:ec2:us-west-2::snapshot/snap-${id17hex}`), undefined)
})

test('no text makes a parser throw', () => {
  const pieces = fc.constantFrom('arn', 'aws', 'backup', 'us-west-2', '123456789012', ':', '/', '')
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join(':')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      parseVaultArn(text)
      parseResourceArn(text)
      isPointArn(text)
    }),
  )
})
