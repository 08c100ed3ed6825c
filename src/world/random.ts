// Randomness, handed in. Keys and nonces come from the same source as ids; a simulation hands in
// a seeded one, production only the system's.

import { randomBytes, randomUUID } from 'node:crypto'

export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array
  /** A version-4 UUID, lower case. */
  uuid(): string
}

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  uuid: () => randomUUID(),
}
