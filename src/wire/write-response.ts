// The success of an operation as an HTTP response.

import type { OperationModel } from './service-model.ts'
import { jsonOf } from './write-shape.ts'

/** Ready to be sent, apart from what HTTP itself adds. */
export interface WireResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** UTF-8 text; empty for no body. */
  readonly body: string
}

/**
 * The response to `operation` with `output` (undefined where it has none). An output that is not
 * what the service model says throws: a bug. The caller adds `x-amzn-RequestId`.
 */
export function writeResponse(operation: OperationModel, output: unknown): WireResponse {
  const status = operation.http.responseCode ?? 200
  if (!operation.output) {
    if (Object.keys(output ?? {}).length > 0) {
      throw new Error(`${operation.name} has no output in the service model`)
    }
    return { status, headers: {}, body: '' }
  }
  const body = jsonOf(operation.output.shape, output ?? {})
  return { status, headers: { 'content-type': 'application/json' }, body }
}
