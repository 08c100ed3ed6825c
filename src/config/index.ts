// The door of the configuration: what `copyhold serve` is told, checked as a whole.

export { configurationJsonSchema } from './json-schema.ts'
export { ConfigurationInvalid } from './mistakes.ts'
export type { Configuration, DeclaredResource, Surrounding } from './read.ts'
export { readConfiguration } from './read.ts'
export { NotReadable } from './secrets.ts'
