// The door of access: who is asking, who exists, and who may do what.
// biome-ignore-all assist/source/organizeImports: one line a statement keeps the door one screen.

export { type Authentication, authenticate, rootOf } from './authenticate.ts'
export type { Caller, RequestFacts } from './caller.ts'
export { isSigned } from './credential.ts'
export { devIdentities } from './dev-identities.ts'
export type { Decision } from './iam/decision.ts'
export type { ParsedPolicy, PolicyProblem, PolicyUse } from './iam/parse-policy.ts'
export { POLICY_LENGTH_MAX, parsePolicy, parsePolicyDocument } from './iam/parse-policy.ts'
export type { Policy, PolicyKind } from './iam/policy.ts'
export type { AccessKey, Identities, Membership, Role } from './identities.ts'
export { sessionOf } from './identities.ts'
export type { AccountPrincipal, Permissions, Principal } from './principal.ts'
export type { RolePrincipal, RootPrincipal, UserPrincipal } from './principal.ts'
export { rootPrincipal, servicePrincipal } from './principal.ts'
export type { CopyToJudge, GuardedResource } from './permissions.ts'
export { BACKUP_SERVICE, mayAssume, mayCall, mayCopyFrom } from './permissions.ts'
export { mayCopyInto, mayPassRole, mayUseKey } from './permissions.ts'
