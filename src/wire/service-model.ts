// AWS Backup's service model as data: operations, shapes, paginators. What server and command
// line know of an operation, they know from here. `additions.json` holds, each with its reason,
// what a newer SDK knows and where the published pattern contradicts the published documentation.

import additions from './model/additions.json' with { type: 'json' }
import published from './model/backup-2018-11-15.json' with { type: 'json' }

/** Where a member of an input travels; in the JSON body when absent. */
export type MemberLocation = 'uri' | 'querystring' | 'header'

export interface MemberModel {
  /** Name of the member's shape in `model.shapes`. */
  readonly shape: string
  readonly location?: MemberLocation
  /** Its name there, where it is not the member's own. */
  readonly locationName?: string
  /** A client fills it with a UUID when it is left out. */
  readonly idempotencyToken?: boolean
}

export interface StructureShape {
  readonly type: 'structure'
  /** In the order of the service model, which is the order on the wire. */
  readonly members: Readonly<Record<string, MemberModel>>
  readonly required?: readonly string[]
  readonly exception?: boolean
  /** An exception that is the server's doing: status 500. */
  readonly fault?: boolean
}

export interface ListShape {
  readonly type: 'list'
  readonly member: { readonly shape: string }
  readonly min?: number
  readonly max?: number
}

export interface MapShape {
  readonly type: 'map'
  readonly key: { readonly shape: string }
  readonly value: { readonly shape: string }
}

export interface StringShape {
  readonly type: 'string'
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly min?: number
  readonly max?: number
}

export interface NumberShape {
  readonly type: 'integer' | 'long'
  readonly min?: number
  readonly max?: number
}

export interface PlainShape {
  readonly type: 'boolean' | 'timestamp'
}

export type Shape = { readonly sensitive?: boolean } & (
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | NumberShape
  | PlainShape
)

export interface OperationModel {
  readonly name: string
  /** `requestUri` as published, with its trailing slash and `?delete`. */
  readonly http: {
    readonly method: string
    readonly requestUri: string
    /** Status of success; 200 when absent. */
    readonly responseCode?: number
  }
  readonly input?: { readonly shape: string }
  readonly output?: { readonly shape: string }
  /** The exceptions it declares. */
  readonly errors: readonly { readonly shape: string }[]
  readonly idempotent?: boolean
}

export interface PaginatorModel {
  readonly input_token: string
  readonly output_token: string
  readonly limit_key: string
  readonly result_key: string
}

export interface ServiceModel {
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
  readonly paginators: Readonly<Record<string, PaginatorModel>>
}

/** The published model with the additions laid over it. */
export const model: ServiceModel = assemble()

/** The operation of that exact name, if AWS has one. */
export function operationNamed(name: string): OperationModel | undefined {
  return Object.hasOwn(model.operations, name) ? model.operations[name] : undefined
}

/** The shape of that name; an unknown one is a bug. */
export function shapeNamed(name: string): Shape {
  const shape = Object.hasOwn(model.shapes, name) ? model.shapes[name] : undefined
  if (!shape) throw new Error(`no shape ${name} in the service model`)
  return shape
}

/** The structure of that name; anything else is a bug. */
export function structureNamed(name: string): StructureShape {
  const shape = shapeNamed(name)
  if (shape.type !== 'structure') throw new Error(`shape ${name} is not a structure`)
  return shape
}

function assemble(): ServiceModel {
  const base = published as unknown as ServiceModel
  const shapes: Record<string, Shape> = { ...base.shapes, ...(additions.shapes as object) }
  for (const [name, { members }] of Object.entries(additions.members)) {
    const old = shapes[name] as StructureShape
    shapes[name] = { ...old, members: { ...old.members, ...(members as object) } }
  }
  for (const [name, { values }] of Object.entries(additions.enums)) {
    const old = shapes[name] as StringShape
    shapes[name] = { ...old, enum: [...(old.enum ?? []), ...values] }
  }
  for (const [name, { pattern }] of Object.entries(additions.patterns)) {
    shapes[name] = { ...(shapes[name] as StringShape), pattern }
  }
  const operations = { ...base.operations, ...(additions.operations as object) }
  return { operations, shapes, paginators: base.paginators }
}
