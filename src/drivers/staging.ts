// The folder in which a restore writes files before they take their names: what it is called, and
// how it is told from somebody's own.

import { parseJobId } from '../model/index.ts'
import { utf8 } from './raw-path.ts'

const PREFIX = '.copyhold-restore-'
const STAGING = /^\.copyhold-restore-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/

/** The name of a job's staging folder, directly below the restore's target. */
export const stagingName = (jobId: string): Uint8Array => utf8(PREFIX + parseJobId(jobId))

/** Whether a folder of this name is some restore's staging folder. */
export const isStagingName = (name: Uint8Array): boolean =>
  STAGING.test(Buffer.from(name).toString('latin1'))
