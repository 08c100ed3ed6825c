// One request of one operation, from path labels, query, headers and body to the operation's
// input: first every type, then every required member, then every rule of the service model, the
// order in which AWS refuses. Timestamps of an input are milliseconds since 1970.

import { isObject, type JsonValue, parseJson, unserializable } from './read-json.ts'
import { parseQuery } from './read-query.ts'
import { fromJson, fromText, type Input, TooManyMembers } from './read-shape.ts'
import {
  type MemberModel,
  type OperationModel,
  type StructureShape,
  structureNamed,
} from './service-model.ts'
import { checkInput, tooMany } from './validate.ts'

/** A request as it arrived, apart from its path, which `route` has taken apart. */
export interface ReadableRequest {
  readonly labels: ReadonlyMap<string, string>
  /** Still encoded, without `?`. */
  readonly rawQuery: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

/**
 * The operation's input, with members of the service model only; null and absent are the same.
 * Throws `WireError`: SerializationException, MalformedHttpRequestException, or what the
 * operation declares for missing and invalid parameters; all 400.
 */
export function readRequest(operation: OperationModel, request: ReadableRequest): Input {
  if (!operation.input) return {}
  const shape = structureNamed(operation.input.shape)
  const input = typed(operation, shape, request)
  checkInput(operation, shape, input)
  return input
}

function typed(operation: OperationModel, shape: StructureShape, request: ReadableRequest): Input {
  const source = sourceOf(shape, request)
  const members: [string, Input[string]][] = []
  try {
    for (const [name, member] of Object.entries(shape.members)) {
      const value = source(name, member)
      if (value !== undefined) members.push([name, value])
    }
  } catch (error) {
    throw error instanceof TooManyMembers ? tooMany(operation, error) : error
  }
  return Object.fromEntries(members)
}

type Source = (name: string, member: MemberModel) => Input[string] | undefined

function sourceOf(shape: StructureShape, request: ReadableRequest): Source {
  const query = parseQuery(request.rawQuery)
  const body = hasBody(shape) ? bodyOf(request.body) : new Map<string, JsonValue>()
  return (name, member) => {
    const wireName = member.locationName ?? name
    switch (member.location) {
      case undefined: {
        const value = body.get(wireName)
        return value === undefined || value === null
          ? undefined
          : fromJson(member.shape, value, name)
      }
      case 'uri':
        return fromText(member.shape, given(request.labels.get(wireName)), name)
      case 'querystring':
        return fromText(member.shape, query.get(wireName) ?? [], name)
      case 'header':
        return fromText(member.shape, headerValues(request.headers, wireName), name)
    }
  }
}

function hasBody(shape: StructureShape): boolean {
  return Object.values(shape.members).some((member) => member.location === undefined)
}

function bodyOf(body: Uint8Array): Map<string, JsonValue> {
  const value = parseJson(body) ?? {}
  if (!isObject(value)) throw unserializable('The body must be a JSON object.')
  return new Map(Object.entries(value))
}

function headerValues(headers: ReadableRequest['headers'], name: string): string[] {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value : given(value)
}

function given(value: string | undefined): string[] {
  return value === undefined ? [] : [value]
}
