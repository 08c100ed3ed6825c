// What is known of a request when a policy asks: AWS's global condition keys (IAM user guide, "AWS
// global condition context keys"), as far as they have a meaning here, and what an action adds. A
// key that has no value is left out, which is what `Null` and `…IfExists` see.

import type { AccountId } from '../model/index.ts'
import type { RequestFacts } from './caller.ts'
import type { ContextKeys } from './iam/ask.ts'
import type { Identities } from './identities.ts'
import type { Principal } from './principal.ts'

type Tags = Readonly<Record<string, string>>
type Value = string | number | boolean | readonly string[] | undefined

/** What the keys are made of. */
export interface Known {
  readonly identities: Identities
  readonly principal: Principal
  readonly facts?: RequestFacts | undefined
  /** The Region that the request speaks to. */
  readonly region?: string | undefined
  readonly resource: { readonly account: AccountId; readonly tags?: Tags | undefined }
  /** Tags that the request sets. */
  readonly requestTags?: Tags | undefined
  /** Keys of tags that the request sets or takes away; of `requestTags` when absent. */
  readonly tagKeys?: readonly string[] | undefined
  /** Keys of the service or of the action. */
  readonly more?: Readonly<Record<string, Value>> | undefined
}

/** The keys of a request, lower-case. */
export function contextKeys(known: Known): ContextKeys {
  const keys = new Map<string, string[]>()
  const { requestTags, tagKeys = Object.keys(requestTags ?? {}), resource, more = {} } = known
  putAll(keys, factKeys(known))
  putAll(keys, principalKeys(known))
  putAll(keys, resourceKeys(known))
  putTags(keys, 'aws:ResourceTag', resource.tags)
  putTags(keys, 'aws:RequestTag', requestTags)
  putAll(keys, { 'aws:TagKeys': tagKeys })
  putAll(keys, more)
  return keys
}

function factKeys({ facts, region }: Known): Record<string, Value> {
  return {
    'aws:RequestedRegion': region,
    ...(facts && {
      'aws:CurrentTime': new Date(facts.at).toISOString(),
      'aws:EpochTime': Math.floor(facts.at / 1000),
      'aws:SecureTransport': facts.secure,
      'aws:SourceIp': facts.sourceIp,
      'aws:UserAgent': facts.userAgent,
      'aws:Referer': facts.referer,
    }),
  }
}

function principalKeys({ principal, identities }: Known): Record<string, Value> {
  if (principal.kind === 'service') {
    return { 'aws:PrincipalIsAWSService': true, 'aws:PrincipalServiceName': principal.arn }
  }
  const member = identities.organization(principal.account)
  const keys: Record<string, Value> = {
    'aws:PrincipalIsAWSService': false,
    'aws:ViaAWSService': false,
    'aws:PrincipalArn': principal.kind === 'assumed-role' ? principal.roleArn : principal.arn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalType': PRINCIPAL_TYPES[principal.kind],
    'aws:PrincipalOrgID': member?.id,
    'aws:PrincipalOrgPaths': member && [member.path],
    'aws:userid': principal.userId,
    'aws:username': principal.kind === 'user' ? principal.name : undefined,
  }
  if (principal.kind === 'root') return keys
  for (const [key, value] of Object.entries(principal.tags)) keys[`aws:PrincipalTag/${key}`] = value
  return keys
}

const PRINCIPAL_TYPES = { root: 'Account', user: 'User', 'assumed-role': 'AssumedRole' } as const

function resourceKeys({ resource, identities }: Known): Record<string, Value> {
  const member = identities.organization(resource.account)
  return {
    'aws:ResourceAccount': resource.account,
    'aws:ResourceOrgID': member?.id,
    'aws:ResourceOrgPaths': member && [member.path],
  }
}

function putTags(keys: Map<string, string[]>, name: string, tags: Tags | undefined): void {
  for (const [key, value] of Object.entries(tags ?? {})) putAll(keys, { [`${name}/${key}`]: value })
}

/** Two names that differ only in their case are one key with two values. */
function putAll(keys: Map<string, string[]>, values: Readonly<Record<string, Value>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    const texts = typeof value === 'object' ? [...value] : [String(value)]
    if (texts.length === 0) continue
    const key = name.toLowerCase()
    keys.set(key, [...(keys.get(key) ?? []), ...texts])
  }
}

/** Service control policies in force in an account; a management account has none. */
export function controlsOf(identities: Identities, account: AccountId) {
  const member = identities.organization(account)
  return member?.managementAccount === account ? undefined : member?.controls
}
