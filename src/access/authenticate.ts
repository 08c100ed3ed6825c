// Reads who signed a request. In `dev` the credential is taken at its word: any signature passes,
// a 12-digit access key id names the account, the credential scope names the Region. In `serve` a
// verifier that is handed in proves it (signature-verification.ts).

import {
  type AccountId,
  BadId,
  parseAccountId,
  parseRegionName,
  type RegionName,
} from '../model/index.ts'
import { WireError } from '../wire/index.ts'
import type { Caller } from './caller.ts'
import { type Credential, readCredential } from './credential.ts'
import { rootPrincipal } from './principal.ts'
import type { SignedRequest } from './signed-request.ts'

/** Proves that a credential signed a request and says whose it is; throws `WireError` 403. */
export type Verifier = (credential: Credential, request: SignedRequest) => Promise<Caller>

/** How far a credential is believed: at its word, or as far as it can be verified. */
export type Authentication =
  | { readonly mode: 'dev' }
  | { readonly mode: 'serve'; readonly verify: Verifier }

/**
 * The caller of a request. Throws `WireError` 403: MissingAuthenticationToken for an unsigned
 * request, IncompleteSignature for a credential that cannot be read.
 */
export async function authenticate(
  request: SignedRequest,
  authentication: Authentication,
): Promise<Caller> {
  const credential = readCredential(request)
  switch (authentication.mode) {
    case 'dev':
      return believed(credential)
    case 'serve':
      return await authentication.verify(credential, request)
  }
}

function believed(credential: Credential): Caller {
  const account = accountOf(credential.accessKeyId)
  try {
    const region = parseRegionName(credential.region)
    return rootOf(account, region)
  } catch (cause) {
    if (!(cause instanceof BadId)) throw cause
    const message = `Credential should name a Region, and not ${credential.region.slice(0, 80)}.`
    throw new WireError({ shape: 'IncompleteSignature', status: 403, message }, { cause })
  }
}

/** The root principal of an account, which `dev` takes every caller for. */
export function rootOf(account: AccountId, region: RegionName): Caller {
  return { account, region, principal: rootPrincipal(account) }
}

function accountOf(accessKeyId: string): AccountId {
  return parseAccountId(/^[0-9]{12}$/.test(accessKeyId) ? accessKeyId : '000000000000')
}
