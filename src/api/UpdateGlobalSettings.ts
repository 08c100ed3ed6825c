// UpdateGlobalSettings: the organization's management account turns copies between accounts on and
// off; settings that are not named stay as they are.

import type { UpdateGlobalSettingsInput } from '@aws-sdk/client-backup'
import { settings } from '../catalog/index.ts'
import { Answer, changeGlobalSettings } from '../model/index.ts'
import { operation } from './operation.ts'

export const UpdateGlobalSettings = operation<UpdateGlobalSettingsInput, object>(
  async (input, { account }, { catalog, clock, identities }) => {
    const membership = identities.organization(account)
    if (!membership) throw new Answer({ code: 'NotInOrganization' })
    const { id, managementAccount } = membership
    if (account !== managementAccount) {
      throw new Answer({ code: 'NotManagementAccount', account: managementAccount })
    }
    await catalog.transaction(async (tx) => {
      const held = await settings.ofOrganization(tx, id)
      const changed = changeGlobalSettings(held.settings, input.GlobalSettings ?? {})
      if ('code' in changed) throw new Answer(changed)
      const set = { settings: changed, updatedAt: clock.now() }
      await settings.setOfOrganization(tx, id, set)
    })
    return {}
  },
)
