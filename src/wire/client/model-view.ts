// The service model as a client reads it: operations by the name a command line gives them, shapes
// with every member optional, since a client walks values of any kind. Nothing here knows a single
// operation.

import { model as served } from '../service-model.ts'

/** What travels: one shape of the AWS service model. */
export interface ModelShape {
  readonly type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'integer'
    | 'long'
    | 'boolean'
    | 'timestamp'
  readonly members?: Readonly<Record<string, ModelMember>>
  readonly required?: readonly string[]
  readonly member?: { readonly shape: string }
  readonly key?: { readonly shape: string }
  readonly value?: { readonly shape: string }
  readonly min?: number
  readonly max?: number
  readonly enum?: readonly string[]
  readonly exception?: boolean
}

export interface ModelMember {
  readonly shape: string
  readonly location?: 'uri' | 'querystring'
  readonly locationName?: string
  readonly idempotencyToken?: boolean
}

export interface ModelOperation {
  readonly name: string
  readonly http: { readonly method: string; readonly requestUri: string }
  readonly input?: { readonly shape: string }
  readonly output?: { readonly shape: string }
  readonly errors?: readonly { readonly shape: string }[]
}

/** How an operation's pages follow each other. */
export interface ModelPaginator {
  readonly input_token: string
  readonly output_token: string
  readonly limit_key: string
  readonly result_key: string
  readonly non_aggregate_keys?: readonly string[]
}

interface ModelDocument {
  readonly operations: Readonly<Record<string, ModelOperation>>
  readonly shapes: Readonly<Record<string, ModelShape>>
  readonly paginators: Readonly<Record<string, ModelPaginator>>
}

const model = served as unknown as ModelDocument

/** A shape the model names. Throws for a name the model does not know: a bug. */
export function shapeOf(name: string): ModelShape {
  const shape = model.shapes[name]
  if (!shape) throw new Error(`the service model has no shape ${name}`)
  return shape
}

const EMPTY: ModelShape = { type: 'structure', members: {} }

/** What an operation takes; a structure without members where it takes nothing. */
export function inputShape(operation: ModelOperation): ModelShape {
  return operation.input ? shapeOf(operation.input.shape) : EMPTY
}

/** What an operation answers; a structure without members where it answers nothing. */
export function outputShape(operation: ModelOperation): ModelShape {
  return operation.output ? shapeOf(operation.output.shape) : EMPTY
}

/** The shape of an error of that name, if the service declares it for any operation. */
export function errorShapeNamed(name: string): ModelShape | undefined {
  const shape = Object.hasOwn(model.shapes, name) ? model.shapes[name] : undefined
  return shape?.exception ? shape : undefined
}

/** How the operation is paged, if it is. */
export function paginatorOf(operation: ModelOperation): ModelPaginator | undefined {
  return model.paginators[operation.name]
}

/** An operation by its AWS name, such as `StartCopyJob`. Throws for any other: a bug. */
export function knownOperation(name: string): ModelOperation {
  const operation = model.operations[name]
  if (!operation) throw new Error(`the service model has no operation ${name}`)
  return operation
}

/** All operations by the name a command line gives them, such as `start-copy-job`, in order. */
export function operationsByCommand(): Map<string, ModelOperation> {
  const names = Object.keys(model.operations).map((name) => [commandName(name), name] as const)
  names.sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(names.map(([command, name]) => [command, knownOperation(name)]))
}

/** The members of a structure in the model's order. */
export function membersOf(shape: ModelShape): [string, ModelMember][] {
  return Object.entries(shape.members ?? {})
}

/** `StartCopyJob` → `start-copy-job`; runs of capitals stay one word, as AWS's CLI has it. */
export function commandName(name: string): string {
  const plural = /^(.*?)([A-Z]{2,}s)$/.exec(name)
  if (plural?.[1] !== undefined && plural[2] !== undefined) {
    const head = plural[1] === '' ? '' : `${commandName(plural[1])}-`
    return head + plural[2].toLowerCase()
  }
  return name
    .replace(/([^-])([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z])([A-Z]+)/g, '$1-$2')
    .replace(/([0-9])([A-Z][a-z]*)/g, '$1-$2')
    .toLowerCase()
}
