// ListProtectedResources through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it lists what has a recovery point, with the newest of them', async () => {
  const user = new User(api)
  const { vault, resource: files } = await user.backedUp('source', '/files')
  const photos = await user.directory('/photos')
  await user.directory('/never-saved')
  await user.backUp(vault, photos)
  const newest = await user.backUp(vault, files)
  const { Results, NextToken } = await user.aws.listProtectedResources({})
  assert.equal(NextToken, undefined)
  assert.deepEqual(Results?.map((each) => each.ResourceArn).sort(), [files, photos].sort())
  const { LastBackupTime, ...rest } = Results?.find((each) => each.ResourceArn === files) ?? {}
  assert.ok(LastBackupTime instanceof Date)
  assert.deepEqual(rest, {
    ResourceArn: files,
    ResourceType: 'EFS',
    ResourceName: 'files',
    LastBackupVaultArn: user.vaultArn(vault),
    LastRecoveryPointArn: newest,
  })
})

test('it lists nothing of other accounts and Regions', async () => {
  const user = new User(api)
  await user.backedUp()
  assert.deepEqual((await new User(api).aws.listProtectedResources({})).Results, [])
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  assert.deepEqual((await elsewhere.aws.listProtectedResources({})).Results, [])
})

test('a resource stays listed while its last point is being deleted', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  await user.aws.deleteRecoveryPoint({ BackupVaultName: vault, RecoveryPointArn: point })
  const count = async () => (await user.aws.listProtectedResources({})).Results?.length
  assert.equal(await count(), 1)
  await api.work()
  assert.equal(await count(), 0)
})

test('pages go on where they stopped', async () => {
  const user = new User(api)
  const { vault, resource } = await user.backedUp('source', '/0')
  const all = [resource]
  for (const name of ['/1', '/2']) {
    const each = await user.directory(name)
    await user.backUp(vault, each)
    all.push(each)
  }
  const seen: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await user.aws.listProtectedResources({ MaxResults: 1, NextToken })
    seen.push(...(page.Results ?? []).map((each) => each.ResourceArn))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(seen.sort(), all.sort())
  await refused(user.aws.listProtectedResources({ NextToken: 'rubbish' }), {
    name: 'InvalidParameterValueException',
  })
})
