// The door of the key service.

export { accountKeyArn, defaultKeyArn, parseKeyArn } from './key-arn.ts'
export type { KeyService } from './key-service.ts'
export { openKeyring } from './keyring.ts'
