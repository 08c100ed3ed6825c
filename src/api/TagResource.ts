// TagResource: adds tags to a vault or a recovery point; a key that is there gets the new value.

import type { TagResourceInput } from '@aws-sdk/client-backup'
import { tags } from '../catalog/index.ts'
import { Answer, checkTags } from '../model/index.ts'
import { operation } from './operation.ts'
import { mustFindTagTarget } from './tag-target.ts'

export const TagResource = operation<TagResourceInput, object>(
  async (input, caller, { catalog }) => {
    await catalog.transaction(async (tx) => {
      const arn = await mustFindTagTarget(tx, caller, input.ResourceArn)
      const refused = checkTags(input.Tags, await tags.of(tx, arn))
      if (refused) throw new Answer(refused)
      await tags.put(tx, arn, input.Tags)
    })
    return {}
  },
)
