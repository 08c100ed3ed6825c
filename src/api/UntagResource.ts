// UntagResource: removes tags by key; keys that are not there are no error.

import type { UntagResourceInput } from '@aws-sdk/client-backup'
import { tags } from '../catalog/index.ts'
import { operation } from './operation.ts'
import { mustFindTagTarget } from './tag-target.ts'

export const UntagResource = operation<UntagResourceInput, object>(
  async (input, caller, { catalog }) => {
    await catalog.transaction(async (tx) => {
      const arn = await mustFindTagTarget(tx, caller, input.ResourceArn)
      await tags.remove(tx, arn, input.TagKeyList)
    })
    return {}
  },
)
