// What AWS answers to a signature that it does not accept, in AWS's words. Nothing here holds a
// secret: the canonical texts are the caller's own request.

import { WireError } from '../wire/index.ts'
import type { Calculated } from './signature-calculation.ts'

/** The key is nobody's, or the session token is not that of the key. */
export function unrecognized(): WireError {
  return refusal(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  )
}

/** The key's session is over. */
export function sessionOver(): WireError {
  return refusal('ExpiredTokenException', 'The security token included in the request is expired')
}

/** The request lacks what a signature must be checked with. */
export function incomplete(message: string): WireError {
  return refusal('IncompleteSignature', message)
}

/** The signature is whole, and wrong. */
export function invalid(message: string): WireError {
  return refusal('InvalidSignatureException', message)
}

/** Another secret, or another request, was signed. */
export function mismatch({ canonicalRequest, stringToSign }: Calculated): WireError {
  return invalid(
    'The request signature we calculated does not match the signature you provided. Check your ' +
      'AWS Secret Access Key and signing method. Consult the service documentation for details.' +
      `\n\nThe Canonical String for this request should have been\n'${canonicalRequest}'` +
      `\n\nThe String-to-Sign should have been\n'${stringToSign}'\n`,
  )
}

function refusal(shape: string, message: string): WireError {
  return new WireError({ shape, status: 403, message })
}
