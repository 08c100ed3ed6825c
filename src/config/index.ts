// The door of the configuration: what `copyhold serve` is told, checked as a whole.

export { FIRST_KEY_BYTES, FIRST_SECRET, firstConfiguration, firstKey } from './first.ts'
export type { DeclaredIdentities } from './identities.ts'
export { identitiesOf } from './identities.ts'
export { configurationJsonSchema } from './json-schema.ts'
export { ConfigurationInvalid } from './mistakes.ts'
export type { Configuration, DeclaredResource, Surrounding } from './read.ts'
export { readConfiguration } from './read.ts'
export { NotReadable } from './secrets.ts'
