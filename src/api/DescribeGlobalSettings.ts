// DescribeGlobalSettings: what holds in the whole organization of the caller's account.

import type { DescribeGlobalSettingsOutput } from '@aws-sdk/client-backup'
import { settings } from '../catalog/index.ts'
import { Answer } from '../model/index.ts'
import { operation } from './operation.ts'

export const DescribeGlobalSettings = operation<object, DescribeGlobalSettingsOutput>(
  async (_, { account }, { catalog, identities }) => {
    const membership = identities.organization(account)
    if (!membership) throw new Answer({ code: 'NotInOrganization' })
    const held = await catalog.read((tx) => settings.ofOrganization(tx, membership.id))
    return { GlobalSettings: { ...held.settings }, LastUpdateTime: held.updatedAt }
  },
)
