// The door of the key service.

export { accountKeyArn, defaultKeyArn } from './key-arn.ts'
export type { KeyContext, KeyService } from './key-service.ts'
export { openKeyring } from './keyring.ts'
