// What is asked: may this principal do this to that, under these circumstances?

import type { Principal } from '../principal.ts'
import type { Policy } from './policy.ts'

/** What is known of a request, by lower-case key; a key that is absent is not in the request. */
export type ContextKeys = ReadonlyMap<string, readonly string[]>

/** Something that may be done to, with whose it is and the policy attached to it. */
export interface AskedResource {
  /** Its ARN, or `*` for an action that is done to nothing in particular. */
  readonly arn: string
  /** The account it belongs to. */
  readonly account: string
  readonly policy?: Policy | undefined
  /**
   * What its policy is for. A vault's adds to what identities are allowed; the policy of a key and
   * the trust of a role must allow, or nobody may, whatever else is allowed.
   */
  readonly kind: 'resource' | 'key' | 'role'
}

export interface Ask {
  readonly principal: Principal
  /** Such as `backup:StartCopyJob`, spelled as AWS does. */
  readonly action: string
  readonly resource: AskedResource
  readonly keys: ContextKeys
  /** Service control policies of the principal's account, level by level. */
  readonly controls?: readonly (readonly Policy[])[] | undefined
}
