// The key service: wraps and unwraps the keys of vaults under keys that never leave it. What a
// vault's records hold is worthless without it; a key revoked here closes every vault under it.

export interface KeyService {
  /** Makes sure the key exists, creating it durably if this service may. Repeating is harmless. */
  ensureKey(arn: string): Promise<void>
  /**
   * Wraps a key of 32 bytes, bound to `context`. Throws Answer KeyUnusable as `unwrap` does.
   * Every call gives other bytes.
   */
  wrap(arn: string, key: Uint8Array, context: KeyContext): Promise<Uint8Array>
  /**
   * The key inside. Throws Answer KeyUnusable, with the reason, when the key is missing or
   * disabled, when the context is not the one given to `wrap`, and when the bytes are damaged.
   */
  unwrap(arn: string, wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>
}

/** What a wrapped key is bound to, such as its vault's id; not secret, must be given again. */
export type KeyContext = Readonly<Record<string, string>>

/** Keys that are wrapped have this many bytes. */
export const KEY_BYTES = 32
