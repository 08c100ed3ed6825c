// The rules of cold storage: when a point moves there, and which part of a vault holds what.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DeletionPermit } from './deletion-permit.ts'
import { coldPartOf, parsePointId, parseVaultId } from './ids.ts'
import { nextLifecycleStep } from './lifecycle-change.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ID = parseVaultId('00112233445566778899aabbccddeeff')

const point = {
  id: parsePointId('0A1B2C3D-0000-4000-8000-000000000000'),
  vaultId: ID,
  status: 'COMPLETED',
  storageClass: 'WARM',
  createdAt: 1000,
  lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 100 },
} as const

test('a vault and its cold part tell each other, and are never the same', () => {
  const digits = fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'),
    minLength: 32,
    maxLength: 32,
  })
  fc.assert(
    fc.property(digits.map(parseVaultId), (id) => {
      assert.notEqual(coldPartOf(id), id)
      assert.equal(coldPartOf(coldPartOf(id)), id)
    }),
  )
})

test('a warm point moves before it ends, a cold one only ends', () => {
  const coolAt = 1000 + 10 * DAY_MS
  const endAt = 1000 + 100 * DAY_MS
  assert.deepEqual(nextLifecycleStep(point), { act: 'cool', at: coolAt })
  assert.deepEqual(nextLifecycleStep({ ...point, storageClass: 'COLD' }), {
    act: 'expire',
    at: endAt,
  })
  assert.deepEqual(nextLifecycleStep({ ...point, status: 'PARTIAL' }), { act: 'expire', at: endAt })
  const { DeleteAfterDays: _, ...endless } = point.lifecycle
  const cold = { ...point, lifecycle: endless, storageClass: 'COLD' } as const
  assert.equal(nextLifecycleStep(cold), undefined)
})

test('a point whose end has come is not moved any more', () => {
  const endAt = 1000 + 100 * DAY_MS
  assert.equal(nextLifecycleStep(point, endAt - 1)?.act, 'cool')
  assert.equal(nextLifecycleStep(point, endAt)?.act, 'expire')
})

test('what a move left is permitted to go only from where the point is not', () => {
  const cold = { ...point, storageClass: 'COLD' } as const
  assert.equal(DeletionPermit.ofElsewhere(point, ID), undefined)
  assert.equal(DeletionPermit.ofElsewhere(cold, coldPartOf(ID)), undefined)
  assert.equal(DeletionPermit.ofElsewhere(point, coldPartOf(ID))?.pointId, point.id)
  assert.equal(DeletionPermit.ofElsewhere(cold, ID)?.pointId, point.id)
})
