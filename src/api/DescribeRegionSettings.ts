// DescribeRegionSettings: which resource types the caller's account backs up in this Region, and
// for which AWS Backup manages the backups.

import type { DescribeRegionSettingsOutput } from '@aws-sdk/client-backup'
import { settings } from '../catalog/index.ts'
import { MANAGEMENT_PREFERENCE } from '../model/index.ts'
import { operation } from './operation.ts'

export const DescribeRegionSettings = operation<object, DescribeRegionSettingsOutput>(
  async (_, { account, region }, { catalog }) => {
    const optIns = await catalog.read((tx) => settings.optIns(tx, { account, region }))
    return {
      ResourceTypeOptInPreference: { ...optIns },
      ResourceTypeManagementPreference: { ...MANAGEMENT_PREFERENCE },
    }
  },
)
