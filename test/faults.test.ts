// Faults raised on purpose, through a real server and the official SDK: a struck job ends with the
// exact words and category of the failure it is struck with, as often as was asked for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UpdateRecoveryPointLifecycleCommand } from '@aws-sdk/client-backup'
import { oneResource, realServer, temporaryFolder, User, until } from './real-server.ts'

/** Names, and what AWS publishes for them. */
const COPY_FAULTS: readonly (readonly [string, string, string])[] = [
  [
    'retention-out-of-range',
    'Copy job failed. The retention specified in the job is not within the range specified for ' +
      'the target Backup Vault.',
    'LIFECYCLE_MISMATCH',
  ],
  [
    'not-one-organization',
    'Copy job failed. Both source and destination account must be a member of the same ' +
      'organization.',
    'ACCESS_DENIED',
  ],
  [
    'cross-account-off',
    'Copy job failed. Cross-account copy feature is not enabled for the current organization.',
    'FEATURE_NOT_ENABLED',
  ],
  ['destination-policy', 'Access Denied trying to call AWS Backup service', 'ACCESS_DENIED'],
  [
    'key-unusable',
    'KMS key is either disabled or pending deletion or access to KMS key is denied',
    'KMS_KEY_ERROR',
  ],
  ['too-many-jobs', 'There are too many copy jobs running for resource.', 'JOB_CONFLICT'],
  [
    'type-unsupported',
    'Copy job from eu-west-1 to eu-west-1 cannot be initiated for EFS resources. Feature is not ' +
      'supported for provided resource type.',
    'NOT_SUPPORTED',
  ],
  ['internal', 'Copy job encountered a fatal error.', 'INTERNAL_ERROR'],
  [
    'CopyTooManyTags',
    'The resultant tag set must not have more than 50 user tags.',
    'LIMIT_EXCEEDED',
  ],
]

test('a struck copy fails in the words of its failure, and leaves no recovery point', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, point } = await scene(server.url, folder.path)
  for (const [name, message, category] of COPY_FAULTS) {
    await raise(user, { name, match: { kind: 'copy', vault: 'copies' }, times: 1 })
    const job = await user.copyEnd(await startCopy(user, point))
    assert.deepEqual(
      [job.State, job.StatusMessage, job.MessageCategory],
      ['FAILED', message, category],
    )
    assert.equal(job.DestinationRecoveryPointArn, undefined)
  }
  assert.equal((await user.copyEnd(await startCopy(user, point))).State, 'COMPLETED')
})

test('a fault strikes only what it matches, as often as it says, until it is cleared', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, point, resource } = await scene(server.url, folder.path)
  const end = async () => (await user.copyEnd(await startCopy(user, point))).State
  await raise(user, { name: 'internal', match: { vault: 'elsewhere' } })
  await raise(user, { name: 'internal', match: { kind: 'restore' } })
  await raise(user, { name: 'internal', match: { type: 'EBS' } })
  assert.equal(await end(), 'COMPLETED')
  await raise(user, { name: 'role-rights', match: { resource }, times: 2 })
  assert.deepEqual([await end(), await end(), await end()], ['FAILED', 'FAILED', 'COMPLETED'])
  await raise(user, { name: 'role-rights', match: { kind: 'copy' } })
  assert.equal(await end(), 'FAILED')
  const shown = (await user.extension('GET', '/faults')) as { faults: { raised: number }[] }
  assert.deepEqual(
    shown.faults.map(({ raised }) => raised),
    [0, 0, 0, 1],
  )
  await user.extension('DELETE', '/faults', '{}')
  assert.equal(await end(), 'COMPLETED')
})

test('trouble has a job try again, and slow makes it wait', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, point } = await scene(server.url, folder.path)
  await raise(user, { name: 'trouble', times: 1 })
  await raise(user, { name: 'slow', seconds: 1, times: 1 })
  const job = await startCopy(user, point)
  await until(async () => {
    const found = (await user.extension('GET', `/jobs/${job}`)) as {
      Progress?: { waitingFor?: string }
    }
    return found.Progress?.waitingFor?.includes('on purpose') ? true : undefined
  })
  assert.equal((await user.copyEnd(job)).State, 'COMPLETED')
})

test('an expiry that is struck leaves the point EXPIRED, for somebody who may to delete', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, point } = await scene(server.url, folder.path)
  await raise(user, { name: 'role-rights', match: { kind: 'expire' }, times: 1 })
  const at = { BackupVaultName: 'daily', RecoveryPointArn: point }
  await user.client.send(
    new UpdateRecoveryPointLifecycleCommand({ ...at, Lifecycle: { DeleteAfterDays: 1 } }),
  )
  await user.advanceClock(2 * 24 * 60 * 60)
  const expired = await until(async () => {
    const found = await user.point('daily', point)
    return found?.Status === 'EXPIRED' ? found : undefined
  })
  assert.match(expired.StatusMessage ?? '', /outlived its retention/)
})

test('a name nobody knows is refused with the names there are', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const user = new User(server.url, 'eu-west-1')
  const wrong: [object, RegExp][] = [
    [{ name: 'bad-luck' }, /name.*one of retention-out-of-range, .*, trouble, slow/],
    [{ name: 'internal', times: 0 }, /times/],
    [{ name: 'internal', match: { colour: 'red' } }, /match.*kind, vault, resource, type/],
    [{ name: 'internal', match: { kind: 'sweep' } }, /match.*backup, copy, restore, cool, expire/],
    [{ name: 'internal', seconds: 1 }, /seconds.*slow/],
    [{ name: 'internal', often: 1 }, /often/],
  ]
  for (const [body, text] of wrong) await assert.rejects(raise(user, body), text)
})

async function scene(url: string, folder: string) {
  const { user, resource } = await oneResource(url, folder)
  await user.createVault('copies')
  return { user, resource, point: await user.backUp('daily', resource) }
}

function raise(user: User, fault: object): Promise<unknown> {
  return user.extension('PUT', '/faults', JSON.stringify(fault))
}

function startCopy(user: User, point: string): Promise<string> {
  return user.startCopy({ vault: 'daily', point }, user.vaultArn('copies'))
}
