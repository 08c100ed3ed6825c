// Signs a request with AWS Signature Version 4 for the service `backup`.

import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface SignableRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** The headers to send: those given, the date and the signature. `atMs` is wall time. */
export async function signedHeaders(
  request: SignableRequest,
  by: { credentials: Credentials; region: string; atMs: number },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: by.credentials,
    region: by.region,
    service: 'backup',
    sha256: Sha256,
    applyChecksum: false,
  })
  const query: Record<string, string | string[]> = {}
  for (const [name, value] of request.query) query[name] = value
  const { query: _, port, ...rest } = request
  const signed = await signer.sign(
    { ...rest, ...(port === undefined ? {} : { port }), query, headers: { ...request.headers } },
    { signingDate: new Date(by.atMs), signingRegion: by.region },
  )
  return signed.headers
}

type Bytes = string | ArrayBuffer | ArrayBufferView

/** The one hash that signers ask for, with or without a key. */
export class Sha256 {
  readonly #hash: { update(bytes: Uint8Array): unknown; digest(): Uint8Array }

  constructor(secret?: Bytes) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', asBytes(secret))
  }

  update(bytes: Bytes): void {
    this.#hash.update(asBytes(bytes))
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }

  reset(): void {}
}

function asBytes(bytes: Bytes): Uint8Array {
  if (typeof bytes === 'string') return Buffer.from(bytes)
  if (ArrayBuffer.isView(bytes)) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  return new Uint8Array(bytes)
}
