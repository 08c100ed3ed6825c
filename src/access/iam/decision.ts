// What came of a question, and which policy it came from.

import type { DenialSource, Failure } from '../../model/index.ts'
import type { Ask } from './ask.ts'

/** The policy and statement that decided. */
export interface Ground {
  readonly source: DenialSource | 'account root'
  /** The policy's name; absent when what decided is that no policy of the kind allows it. */
  readonly policy?: string
  /** The statement's Sid, or its place: `Statement[2]`. */
  readonly statement?: string
}

export type Decision = Allowed | Denied

export interface Allowed {
  readonly allowed: true
  readonly ground: Ground
}

export interface Denied {
  readonly allowed: false
  /** Whether a statement says Deny, and it is not merely that none allows. */
  readonly explicit: boolean
  readonly ground: Ground
  /** What the requester is told: principal, action, resource and the kind of policy. */
  readonly failure: Failure
}

export function allowed(ground: Ground): Allowed {
  return { allowed: true, ground }
}

/** Denied by a policy that says so. */
export function deniedBy(ask: Ask, ground: Ground & { readonly source: DenialSource }): Denied {
  return { allowed: false, explicit: true, ground, failure: failureOf(ask, ground, true) }
}

/** Denied because no policy of the kind allows it. */
export function unallowed(ask: Ask, source: DenialSource): Denied {
  const ground = { source }
  return { allowed: false, explicit: false, ground, failure: failureOf(ask, ground, false) }
}

function failureOf(ask: Ask, { source }: { source: DenialSource }, explicit: boolean): Failure {
  const { principal, action, resource } = ask
  return {
    code: 'NotAuthorized',
    principalArn: principal.arn,
    action,
    resource: resource.arn,
    source,
    explicit,
  }
}
