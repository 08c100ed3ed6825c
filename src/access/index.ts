// The door of access: who is asking. What they may do joins here when signatures are verified.

export { type Authentication, authenticate, rootOf } from './authenticate.ts'
export type { Caller } from './caller.ts'
export { isSigned } from './credential.ts'
