// Every route of our own below `/_copyhold`.

import type { Extension } from '../extension.ts'
import { describeJob, followJob } from './jobs.ts'
import { reset } from './reset.ts'
import { addResource, listResources, removeResource } from './resources.ts'
import { sweepVault } from './vaults.ts'

export const extensions: readonly Extension[] = [
  addResource,
  listResources,
  removeResource,
  describeJob,
  followJob,
  sweepVault,
  reset,
]
