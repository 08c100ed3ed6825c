// The authorization reference and the service model know the same operations and members.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  authorizationOf,
  authorizedOperations,
  guardedArn,
  type InputPath,
  valuesAt,
} from './authorization-model.ts'
import { model, type Shape, shapeNamed } from './service-model.ts'

test('every operation of the service model is in the reference, and no other', () => {
  assert.deepEqual([...authorizedOperations].sort(), Object.keys(model.operations).sort())
})

test('every place that the reference names is in the input of its operation', () => {
  const missing: string[] = []
  const look = (operation: string, at: InputPath | undefined, types: readonly Shape['type'][]) => {
    const found = at === undefined ? undefined : shapeAt(operation, at)
    if (at !== undefined && !(found && types.includes(found.type))) {
      missing.push(`${operation}: ${at} is ${found?.type ?? 'not there'}`)
    }
  }
  for (const operation of authorizedOperations) {
    const { resource, tagsAt, tagKeysAt, keys = {}, passesRole = [] } = authorizationOf(operation)
    look(operation, resource?.at, ['string'])
    look(operation, resource?.vaultAt, ['string'])
    look(operation, tagsAt, ['map'])
    look(operation, tagKeysAt, ['list'])
    for (const at of Object.values(keys)) look(operation, at, ['string', 'integer', 'long', 'list'])
    for (const { at } of passesRole) look(operation, at, ['string'])
  }
  assert.deepEqual(missing, [])
})

test('what must be given where an operation names what it is done to is required there', () => {
  // A logically air-gapped copy of a vault may be left without a name.
  const optional = authorizedOperations.filter((operation) => {
    const at = authorizationOf(operation).resource?.at
    const input = model.operations[operation]?.input
    if (at === undefined || !input) return false
    const shape = shapeNamed(input.shape)
    const [member = ''] = at.split('.')
    return shape.type === 'structure' && !shape.required?.includes(member)
  })
  assert.deepEqual(optional, ['CreateRestoreAccessBackupVault'])
})

test('an ARN of a thing has its name, and * for what is not known of it', () => {
  const place = { partition: 'aws-cn', region: 'cn-north-1', account: '111122223333' }
  assert.equal(
    guardedArn('framework', { ...place, name: 'audit' }),
    'arn:aws-cn:backup:cn-north-1:111122223333:framework:audit-*',
  )
  assert.equal(
    guardedArn('backupPlan', place),
    'arn:aws-cn:backup:cn-north-1:111122223333:backup-plan:*',
  )
})

test('values are found in members and in lists of them, own members alone', () => {
  const input = { Plan: { Settings: [{ Role: 'a' }, {}, { Role: 'b' }] } }
  assert.deepEqual(valuesAt(input, 'Plan.Settings[].Role'), ['a', 'b'])
  assert.deepEqual(valuesAt(input, 'Plan.Other.Role'), [])
  assert.deepEqual(valuesAt(input, 'constructor.name'), [])
  assert.deepEqual(valuesAt(undefined, 'Plan'), [])
})

function shapeAt(operation: string, at: InputPath): Shape | undefined {
  const input = model.operations[operation]?.input
  let shape = input && shapeNamed(input.shape)
  for (const step of at.split('.')) {
    const name = step.replace(/\[\]$/, '')
    if (shape?.type !== 'structure') return undefined
    const member = shape.members[name]
    shape = member && shapeNamed(member.shape)
    if (!step.endsWith('[]')) continue
    if (shape?.type !== 'list') return undefined
    shape = shapeNamed(shape.member.shape)
  }
  return shape
}
