// What a copy's source, role and destination must be like, as far as it can be told by looking at
// them. The server refuses by these rules, the command line foretells by them. Pure.

import type { Failure } from './failure.ts'
import type { Lifecycle } from './lifecycle.ts'

/** Why the recovery point's own state forbids to copy it; undefined when it does not. */
export function checkCopySource(point: {
  readonly arn: string
  readonly status: string
  readonly storageClass: string
}): Failure | undefined {
  const { arn, status, storageClass } = point
  if (status === 'DELETING' || status === 'EXPIRED') {
    return { code: 'RecoveryPointStateInvalid', arn, status }
  }
  return storageClass === 'WARM' ? undefined : { code: 'ColdRecoveryPoint', arn }
}

const ROLE = /^arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:role\/[\w+=,.@/-]{1,576}$/

/** Whether the text can be the ARN of a role at all. */
export const isRoleArn = (text: string): boolean => ROLE.test(text)

/** What a vault's lock lets its recovery points be kept for, in days; absent means no bound. */
export interface RetentionRange {
  readonly minDays?: number
  readonly maxDays?: number
}

/** Whether a locked vault takes a recovery point of this lifecycle. Endless is longer than any. */
export function fitsRetention(
  lifecycle: Lifecycle | undefined,
  range: RetentionRange = {},
): boolean {
  const days = lifecycle?.DeleteAfterDays ?? Number.POSITIVE_INFINITY
  return days >= (range.minDays ?? 0) && days <= (range.maxDays ?? Number.POSITIVE_INFINITY)
}
