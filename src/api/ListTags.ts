// ListTags: the tags of a vault or a recovery point, in order of key.

import type { ListTagsInput, ListTagsOutput } from '@aws-sdk/client-backup'
import { tags } from '../catalog/index.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'
import { mustFindTagTarget } from './tag-target.ts'

export const ListTags = operation<ListTagsInput, ListTagsOutput>(
  async (input, caller, { catalog }) => {
    const { page, tokenFor } = pagesOf('ListTags', input, caller)
    const all = await catalog.read(async (tx) =>
      tags.of(tx, await mustFindTagTarget(tx, caller, input.ResourceArn)),
    )
    const { after } = page
    const left = Object.entries(all)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key]) => after === undefined || key > after.id)
    const shown = left.slice(0, page.limit)
    const last = left.length > shown.length ? shown.at(-1) : undefined
    return { Tags: Object.fromEntries(shown), NextToken: tokenFor(last && { at: 0, id: last[0] }) }
  },
)
