// The tables, for the compiler.
export type Schema = Record<string, never>
