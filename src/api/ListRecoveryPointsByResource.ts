// ListRecoveryPointsByResource: a resource's recovery points in all of the caller's vaults in the
// Region, newest first. All of them are managed by us, so ManagedByAWSBackupOnly changes nothing.

import type {
  ListRecoveryPointsByResourceInput,
  ListRecoveryPointsByResourceOutput,
} from '@aws-sdk/client-backup'
import { points } from '../catalog/index.ts'
import { Answer, parseResourceArn } from '../model/index.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'
import { describePointOfResource } from './point-description.ts'

export const ListRecoveryPointsByResource = operation<
  ListRecoveryPointsByResourceInput,
  ListRecoveryPointsByResourceOutput
>(async (input, caller, { catalog }) => {
  const pages = pagesOf('ListRecoveryPointsByResource', input, caller)
  const { ResourceArn: resourceArn } = input
  if (!parseResourceArn(resourceArn)) {
    throw new Answer({ code: 'UnsupportedResourceType', arn: resourceArn })
  }
  const { account, region } = caller
  const { rows, next } = await catalog.read((tx) =>
    points.showByResource(tx, { account, region, resourceArn, page: pages.page }),
  )
  return { RecoveryPoints: rows.map(describePointOfResource), NextToken: pages.tokenFor(next) }
})
