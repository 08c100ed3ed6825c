// One request and its reply, as plain data between HTTP's mechanics and the pipeline.

/** A request, its body read whole and its URL untouched. */
export interface Exchange {
  readonly method: string
  readonly rawUrl: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
  /** The client's address, behind proxies that are believed; undefined when it is gone already. */
  readonly sourceIp?: string | undefined
  /** It came over TLS, or a proxy that is believed says so. */
  readonly secure?: boolean
  /** It came around the proxies that stand in front of this server. */
  readonly bypassesProxy?: boolean
  /** Aborts when the client is gone or the server closes. */
  readonly signal: AbortSignal
}

/** A body of text, or of pieces of text sent as they come. */
export interface ServerReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | AsyncIterable<string>
}
