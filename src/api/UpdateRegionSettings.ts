// UpdateRegionSettings: opts resource types in and out of being backed up; types that are not
// named stay as they are.

import type { UpdateRegionSettingsInput } from '@aws-sdk/client-backup'
import { settings } from '../catalog/index.ts'
import { Answer, changeOptIns, checkManagementPreference } from '../model/index.ts'
import { operation } from './operation.ts'

export const UpdateRegionSettings = operation<UpdateRegionSettingsInput, object>(
  async (input, { account, region }, { catalog }) => {
    const refused = checkManagementPreference(input.ResourceTypeManagementPreference ?? {})
    if (refused) throw new Answer(refused)
    const owner = { account, region }
    await catalog.transaction(async (tx) => {
      const asked = input.ResourceTypeOptInPreference ?? {}
      const changed = changeOptIns(await settings.optIns(tx, owner), asked)
      if ('code' in changed) throw new Answer(changed)
      await settings.setOptIns(tx, owner, changed)
    })
    return {}
  },
)
