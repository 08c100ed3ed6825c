// Foretelling a copy, below `/_copyhold`: by the rules that StartCopyJob and its job go by.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

interface Forecast {
  readonly Refused?: { readonly Error: string; readonly Message: string }
  readonly Checks?: readonly { readonly Check: string; readonly Message?: string }[]
  readonly CopyMode?: string
  readonly Lifecycle?: unknown
}

async function scene() {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  const request = {
    RecoveryPointArn: point,
    SourceBackupVaultName: 'daily',
    DestinationBackupVaultArn: destination,
    IamRoleArn: user.role,
  }
  const foretell = async (change: object = {}) => {
    const { status, body } = await user.extension('POST', '/preflight', { ...request, ...change })
    return { status, ...(body as Forecast) }
  }
  return { user, request, foretell }
}

const failing = ({ Checks = [] }: Forecast) => Checks.filter(({ Message }) => Message !== undefined)

test('a copy that nothing speaks against passes every check, and starts no job', async () => {
  const { user, foretell } = await scene()
  const forecast = await foretell({ Lifecycle: { DeleteAfterDays: 30 } })
  assert.equal(forecast.status, 200)
  assert.deepEqual(failing(forecast), [])
  assert.ok((forecast.Checks?.length ?? 0) >= 10)
  assert.equal(forecast.CopyMode, 'verbatim')
  assert.deepEqual(forecast.Lifecycle, { DeleteAfterDays: 30 })
  assert.deepEqual((await user.aws.listCopyJobs({})).CopyJobs, [])
})

test('what is no member of StartCopyJob has no say', async () => {
  const { foretell } = await scene()
  const forecast = await foretell({ TagKeyList: 5, Tags: { stage: 'gold' }, BackupVaultName: 1 })
  assert.equal(forecast.status, 200)
  assert.deepEqual(failing(forecast), [])
})

test('it tells every check that fails, of which the job then tells the first', async () => {
  const { user, request, foretell } = await scene()
  const other = new User(api)
  await other.createVault('theirs')
  const DestinationBackupVaultArn = other.vaultArn('theirs')
  const foretold = failing(await foretell({ DestinationBackupVaultArn }))
  assert.deepEqual(
    foretold.map(({ Check }) => Check),
    ['cross-account', 'destination-policy'],
  )
  const { CopyJobId } = await user.aws.startCopyJob({ ...request, DestinationBackupVaultArn })
  await api.work()
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId })
  assert.equal(CopyJob?.StatusMessage, foretold[0]?.Message)
})

test('what StartCopyJob would refuse is told in its words', async () => {
  const { user, request, foretell } = await scene()
  const changes = [
    { IamRoleArn: 'arn:aws:iam::999999999999:role/backup' },
    { SourceBackupVaultName: 'nowhere' },
    { RecoveryPointArn: request.RecoveryPointArn.replace(/.$/, 'x') },
    { DestinationBackupVaultArn: 'arn:aws:s3:::bucket' },
    { Lifecycle: { DeleteAfterDays: 0 } },
    { Lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 20 } },
  ]
  for (const change of changes) {
    const { Refused } = await foretell(change)
    const refusal = await user.aws.startCopyJob({ ...request, ...change }).then(
      () => assert.fail(`was not refused: ${JSON.stringify(change)}`),
      (error: Error) => error,
    )
    assert.deepEqual(Refused, { Error: refusal.name, Message: refusal.message })
  }
})

test('a question that is not whole is refused with the member it lacks', async () => {
  const { foretell } = await scene()
  assert.equal((await foretell({ RecoveryPointArn: undefined })).status, 400)
  assert.equal((await foretell({ Lifecycle: { DeleteAfterDay: 3 } })).status, 400)
  assert.equal((await foretell({ Lifecycle: { DeleteAfterDays: '3' } })).status, 400)
})
