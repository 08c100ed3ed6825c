// Who is asking: what every operation is told about its request's sender.

import type { AccountId, RegionName } from '../model/index.ts'

/** The account and Region a request speaks for, and the principal that sent it. */
export interface Caller {
  readonly account: AccountId
  readonly region: RegionName
  /** ARN of the principal, such as `arn:aws:iam::000000000000:root`. */
  readonly principalArn: string
}
