// The door of api/: the operations of AWS Backup, our extensions, and what both are handed.

export { authorization } from './authorization.ts'
export type { ApiContext } from './context.ts'
export { extensions } from './extensions/extensions.ts'
export { operations } from './operations.ts'
