// A failure as an HTTP response. The shape travels in `x-amzn-ErrorType`: bodies have a member
// `Code` of their own, holding an internal number, which clients mistake for the shape without it.

import type { Answer } from '../model/index.ts'
import { model } from './service-model.ts'
import { failureText } from './texts.ts'
import { WireError } from './wire-error.ts'
import type { WireResponse } from './write-response.ts'
import { jsonOf } from './write-shape.ts'

/** The response to a request that was refused. The caller adds `x-amzn-RequestId`. */
export function writeError(error: Answer | WireError): WireResponse {
  const { shape, status, members } = spelled(error)
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': shape },
    body: bodyOf(shape, members),
  }
}

/** HTTP status of an exception, modelled (AWS service model) or common to all of AWS. */
export function statusOfShape(shape: string): number {
  const modelled = Object.hasOwn(model.shapes, shape) ? model.shapes[shape] : undefined
  if (modelled?.type === 'structure') return modelled.fault ? 500 : 400
  return COMMON_STATUS.get(shape) ?? 400
}

const COMMON_STATUS: ReadonlyMap<string, number> = new Map([
  ['AccessDeniedException', 403],
  ['IncompleteSignature', 403],
  ['MissingAuthenticationToken', 403],
  ['NotImplementedException', 501],
  ['RequestEntityTooLargeException', 413],
  ['UnknownOperationException', 404],
])

interface Spelled {
  readonly shape: string
  readonly status: number
  readonly members: Readonly<Record<string, unknown>>
}

function spelled(error: Answer | WireError): Spelled {
  if (error instanceof WireError) {
    return { shape: error.shape, status: error.status, members: { Message: error.message } }
  }
  const { shape, message, code, members } = failureText(error.failure)
  return {
    shape,
    status: statusOfShape(shape),
    members: { ...members, ...(code === undefined ? {} : { Code: code }), Message: message },
  }
}

/** Members that the service model knows come in its order. */
function bodyOf(shape: string, members: Readonly<Record<string, unknown>>): string {
  const modelled = Object.hasOwn(model.shapes, shape) ? model.shapes[shape] : undefined
  return modelled?.type === 'structure' ? jsonOf(shape, members) : JSON.stringify(members)
}
