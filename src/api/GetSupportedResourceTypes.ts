// GetSupportedResourceTypes: the types that this server can back up, which is less than AWS's list.

import type { GetSupportedResourceTypesOutput } from '@aws-sdk/client-backup'
import { registrableTypes } from '../model/index.ts'
import { operation } from './operation.ts'

export const GetSupportedResourceTypes = operation<object, GetSupportedResourceTypesOutput>(
  async () => ({ ResourceTypes: [...registrableTypes] }),
)
