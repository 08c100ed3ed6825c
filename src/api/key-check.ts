// Whether a request's key may be a vault's. Whether it can be used shows when it is.

import { Answer } from '../model/index.ts'

/** A vault's key lives in the vault's Region: throws Answer InvalidParameter for any other. */
export function checkKey(key: {
  readonly arn: string
  readonly region: string
  readonly parameter: string
}): void {
  const { arn, region, parameter } = key
  const match = /^arn:[\w-]+:kms:([\w-]+):[0-9]{12}:key\/[\w-]{1,64}$/.exec(arn)
  if (match?.[1] === region) return
  const reason = `it must be the ARN of a KMS key in ${region}`
  throw new Answer({ code: 'InvalidParameter', parameter, reason })
}
