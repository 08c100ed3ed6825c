// The part of a request that its signature covers.

/** What a signature covers, as it arrived. */
export interface SignedRequest {
  readonly method: string
  readonly rawUrl: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The whole body; absent is empty. */
  readonly body?: Uint8Array
  /** Whether nobody could change it on its way: it came over TLS. */
  readonly secure?: boolean
}
