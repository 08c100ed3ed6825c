// `--generate-cli-skeleton`: what an operation's input looks like, as JSON or YAML to fill in, and
// what its answer looks like.

import * as client from '../../wire/index.ts'
import { PythonDate } from './python.ts'

/** An input with every member, in model order: first enum value, "", 0, true, one element each. */
export function inputSkeleton(operation: client.ModelOperation): unknown {
  return sample(client.inputShape(operation), '', inputLeaf)
}

/** An answer with every member; texts are the member's own name. */
export function outputSkeleton(operation: client.ModelOperation): unknown {
  return sample(client.outputShape(operation), '', outputLeaf)
}

type Leaf = (shape: client.ModelShape, name: string) => unknown

const EPOCH = '1970-01-01T00:00:00'

const inputLeaf: Leaf = (shape) => {
  if (shape.type === 'string') return shape.enum?.[0] ?? ''
  return plainLeaf(shape)
}

// A moment, which every format spells in its own way.
const outputLeaf: Leaf = (shape, name) => {
  if (shape.type === 'timestamp') return new PythonDate(EPOCH.replace('T', ' '), 'datetime')
  return shape.type === 'string' ? name : plainLeaf(shape)
}

function plainLeaf(shape: client.ModelShape): unknown {
  if (shape.type === 'boolean') return true
  return shape.type === 'timestamp' ? EPOCH : 0
}

function sample(
  shape: client.ModelShape,
  name: string,
  leaf: Leaf,
  open: readonly client.ModelShape[] = [],
): unknown {
  if (open.includes(shape)) return {}
  const within = [...open, shape]
  if (shape.type === 'structure') {
    return Object.fromEntries(
      client
        .membersOf(shape)
        .map(([key, member]) => [key, sample(client.shapeOf(member.shape), key, leaf, within)]),
    )
  }
  if (shape.type === 'list') {
    const { shape: member = '' } = shape.member ?? {}
    return [sample(client.shapeOf(member), member, leaf, within)]
  }
  if (shape.type === 'map') {
    const { shape: member = '' } = shape.value ?? {}
    return { KeyName: sample(client.shapeOf(member), member, leaf, within) }
  }
  return leaf(shape, name)
}
