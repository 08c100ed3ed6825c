// ListProtectedResources: every resource of which the caller has a recovery point in the Region.

import type {
  ListProtectedResourcesInput,
  ListProtectedResourcesOutput,
} from '@aws-sdk/client-backup'
import { points } from '../catalog/index.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'
import { describeProtectedResource } from './resource-description.ts'

export const ListProtectedResources = operation<
  ListProtectedResourcesInput,
  ListProtectedResourcesOutput
>(async (input, caller, { catalog }) => {
  const pages = pagesOf('ListProtectedResources', input, caller)
  const { account, region } = caller
  const { rows, next } = await catalog.read((tx) =>
    points.protectedResources(tx, { account, region, page: pages.page }),
  )
  return { Results: rows.map(describeProtectedResource), NextToken: pages.tokenFor(next) }
})
