// Who is asking: what every operation is told about its request's sender.

import type { AccountId, RegionName } from '../model/index.ts'
import type { AccountPrincipal } from './principal.ts'

/** The account and Region a request speaks for, and the principal that sent it. */
export interface Caller {
  readonly account: AccountId
  readonly region: RegionName
  readonly principal: AccountPrincipal
  /** How the request came; absent where there was none. */
  readonly facts?: RequestFacts
}

/** What conditions of policies can ask about a request besides who sent it. */
export interface RequestFacts {
  /** When it came, in milliseconds since 1970. */
  readonly at: number
  /** The sender's address. */
  readonly sourceIp?: string | undefined
  /** It came over TLS. */
  readonly secure: boolean
  readonly userAgent?: string | undefined
  readonly referer?: string | undefined
}
