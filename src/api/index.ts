// The door of api/: the operations of AWS Backup, our extensions, and what both are handed.

export type { ApiContext, VaultMaker } from './context.ts'
export type { Extension, ExtensionRequest } from './extension.ts'
export { extensions } from './extensions/extensions.ts'
export type { Operation } from './operation.ts'
export { operations } from './operations.ts'
