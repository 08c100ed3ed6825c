// UpdateGlobalSettings and DescribeGlobalSettings through the official SDK.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

/** The management account of the organization that all accounts of `dev` are in. */
const MANAGEMENT = '000000000000'

async function withApi(body: (api: Api) => Promise<void>): Promise<void> {
  const api = await startApi()
  try {
    await body(api)
  } finally {
    await api.close()
  }
}

test('copies between accounts are off until the management account turns them on', () =>
  withApi(async (api) => {
    const member = new User(api)
    const before = await member.aws.describeGlobalSettings({})
    assert.equal(before.GlobalSettings?.isCrossAccountBackupEnabled, 'false')
    assert.equal(before.LastUpdateTime, undefined)
    const { aws } = new User(api, { account: MANAGEMENT })
    await aws.updateGlobalSettings({ GlobalSettings: { isCrossAccountBackupEnabled: 'true' } })
    await aws.updateGlobalSettings({ GlobalSettings: { isMpaEnabled: 'false' } })
    const after = await member.aws.describeGlobalSettings({})
    assert.deepEqual(after.GlobalSettings, {
      isCrossAccountBackupEnabled: 'true',
      isDelegatedAdministratorEnabled: 'false',
      isMpaEnabled: 'false',
    })
    assert.equal(after.LastUpdateTime?.getUTCFullYear(), 2026)
  }))

test('another account of the organization may not change them', () =>
  withApi(async (api) => {
    const { aws } = new User(api)
    const GlobalSettings = { isCrossAccountBackupEnabled: 'true' }
    await refused(aws.updateGlobalSettings({ GlobalSettings }), {
      name: 'InvalidRequestException',
      message: /only the management account of the organization, 000000000000,/i,
    })
    const { GlobalSettings: held } = await aws.describeGlobalSettings({})
    assert.equal(held?.isCrossAccountBackupEnabled, 'false')
  }))

test('unknown names, other values and what nothing heeds are refused', () =>
  withApi(async (api) => {
    const { aws } = new User(api, { account: MANAGEMENT })
    const wrong = [
      { isCrossAccountBackupEnabled: 'yes' },
      { isCrossAccountBackupsEnabled: 'true' },
      { isMpaEnabled: 'true' },
    ]
    for (const GlobalSettings of wrong) {
      const name = Object.keys(GlobalSettings)[0]
      await refused(aws.updateGlobalSettings({ GlobalSettings }), {
        name: 'InvalidParameterValueException',
        message: new RegExp(`^Invalid value for GlobalSettings\\.${name}: `),
      })
    }
  }))

test('an account without an organization has none', () =>
  withApi(async (api) => {
    Object.assign(api.context, {
      identities: { ...api.context.identities, organization: () => undefined },
    })
    const { aws } = new User(api)
    const as = {
      name: 'InvalidRequestException',
      message: 'Your account is not a member of an organization.',
      code: 'ERROR_9601',
    }
    await refused(aws.describeGlobalSettings({}), as)
    await refused(aws.updateGlobalSettings({ GlobalSettings: {} }), as)
  }))
