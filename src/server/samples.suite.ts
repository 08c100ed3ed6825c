// Inputs and outputs made from the service model, for tests that go over every operation: samples
// that fulfil every rule, and requests that carry them, or anything else, over the wire.

import { type OperationModel, type Shape, shapeNamed, structureNamed } from '../wire/index.ts'

/** Milliseconds since 1970, with a fraction of a second. */
export const SAMPLE_INSTANT = 1_578_560_834_253

/** A value that fulfils the shape's rules: with every member, or only the required ones. */
export function sampleOf(shapeName: string, members: 'all' | 'required'): unknown {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members)
          .filter(([name]) => members === 'all' || shape.required?.includes(name))
          .map(([name, member]) => [name, sampleOf(member.shape, members)]),
      )
    case 'list':
      return [sampleOf(shape.member.shape, members)]
    case 'map':
      return { [String(sampleOf(shape.key.shape, members))]: sampleOf(shape.value.shape, members) }
    case 'string':
      return shape.enum?.[0] ?? TEXTS.find((text) => fits(shape, text)) ?? 'no sample'
    case 'integer':
    case 'long':
      return shape.min ?? 7
    case 'boolean':
      return true
    case 'timestamp':
      return SAMPLE_INSTANT
  }
}

/** The sample of an operation's input; an operation without input takes nothing. */
export function sampleInput(operation: OperationModel, members: 'all' | 'required'): object {
  return operation.input ? (sampleOf(operation.input.shape, members) as object) : {}
}

export function sampleOutput(operation: OperationModel): object | undefined {
  return operation.output ? (sampleOf(operation.output.shape, 'all') as object) : undefined
}

/** A name with what paths must encode comes first, where the rules allow it. */
const TEXTS = ['a b/c:d+e%é', '123456789012', 'sample-one', 'sample_one']

export function fits(shape: Shape, text: string): boolean {
  if (shape.type !== 'string') return false
  return (
    text.length >= (shape.min ?? 0) &&
    text.length <= (shape.max ?? Number.POSITIVE_INFINITY) &&
    (shape.pattern === undefined || new RegExp(`^(?:${shape.pattern})$`, 's').test(text))
  )
}

/** A request as a raw client would send it: times in the wire's form, all else as it is given. */
export function requestOf(
  operation: OperationModel,
  input: object,
): { method: string; path: string; body: string | undefined } {
  let path = operation.http.requestUri
  const query: string[] = []
  const body: [string, unknown][] = []
  const given = new Map(Object.entries(input))
  const shape = operation.input ? structureNamed(operation.input.shape) : undefined
  for (const [name, member] of Object.entries(shape?.members ?? {})) {
    const value: unknown = given.get(name)
    const wireName = member.locationName ?? name
    if (member.location === 'uri') {
      path = path.replace(`{${wireName}}`, encodeURIComponent(asText(value ?? '')))
    } else if (value === undefined) {
    } else if (member.location === 'querystring') {
      query.push(`${encodeURIComponent(wireName)}=${encodeURIComponent(text(member.shape, value))}`)
    } else {
      body.push([name, inBody(member.shape, value)])
    }
  }
  if (query.length > 0) path += `${path.includes('?') ? '&' : '?'}${query.join('&')}`
  const { method } = operation.http
  const hasBody = method !== 'GET' && body.length > 0
  return { method, path, body: hasBody ? JSON.stringify(Object.fromEntries(body)) : undefined }
}

function text(shapeName: string, value: unknown): string {
  const isTime = shapeNamed(shapeName).type === 'timestamp' && typeof value === 'number'
  const isDate = isTime && Math.abs(value) < 8e15
  return isDate ? new Date(value).toISOString() : asText(value)
}

function asText(value: unknown): string {
  const written = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return written.toWellFormed()
}

function inBody(shapeName: string, value: unknown): unknown {
  const shape = shapeNamed(shapeName)
  if (shape.type === 'timestamp' && typeof value === 'number') return value / 1000
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.map((item) => inBody(shape.member.shape, item))
  }
  if (shape.type === 'structure' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
        return [name, member ? inBody(member.shape, item) : item]
      }),
    )
  }
  return value
}
