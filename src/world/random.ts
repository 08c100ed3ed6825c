// Randomness, handed in. Keys and nonces come from the same source as ids; a simulation hands in
// a seeded one, production only the system's.

export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array
  /** A version-4 UUID, lower case. */
  uuid(): string
}

// Loaded when it is first needed: a command that asks nobody starts a good deal faster without.
const system = () => process.getBuiltinModule('node:crypto')

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(system().randomBytes(count)),
  uuid: () => system().randomUUID(),
}
