// Goal: no permit to delete can be had for what a lock keeps, whatever the lock and the time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DeletionPermit, ResetPermit, VaultDeletionPermit } from './deletion-permit.ts'
import { parsePointId, parseVaultId } from './ids.ts'
import { changedLifecycle } from './lifecycle-change.ts'
import type { VaultLock } from './vault-lock.ts'
import { checkLockChange, isInForce, requestedLock } from './vault-lock.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ID = parsePointId('00000000-0000-4000-8000-000000000001')

const days = fc.integer({ min: 1, max: 36_500 })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const time = fc.integer({ min: 0, max: 40_000 * DAY_MS })

const locks: fc.Arbitrary<VaultLock> = fc
  .record({ minDays: maybe(days), maxDays: maybe(days), lockDate: maybe(time) })
  .map((lock) => JSON.parse(JSON.stringify(lock)) as VaultLock)

const points = fc.record({ createdAt: time, DeleteAfterDays: maybe(days) }).map((drawn) => ({
  id: ID,
  arn: 'arn',
  vaultName: 'daily',
  createdAt: drawn.createdAt,
  lifecycle:
    drawn.DeleteAfterDays === undefined ? undefined : { DeleteAfterDays: drawn.DeleteAfterDays },
}))

test('a locked point is given no permit before its retention has ended, of any lock', () => {
  fc.assert(
    fc.property(points, locks, time, (point, lock, now) => {
      const end = point.lifecycle && point.createdAt + point.lifecycle.DeleteAfterDays * DAY_MS
      const given = DeletionPermit.ofPoint(point, { lock, now })
      assert.equal(given instanceof DeletionPermit, end !== undefined && now >= end)
      if (given instanceof DeletionPermit) assert.equal(given.pointId, ID)
      assert.ok(DeletionPermit.ofPoint(point, { now }) instanceof DeletionPermit, 'without a lock')
    }),
  )
})

test('a permit cannot be made up', () => {
  assert.throws(() => {
    const forged = Object.create(DeletionPermit.prototype) as DeletionPermit
    return forged.pointId
  }, TypeError)
  const isKnown = DeletionPermit.ofNoPoint(ID, true)
  assert.equal(isKnown, undefined)
  assert.equal(DeletionPermit.ofToldDeleted(new Set(), ID), undefined)
})

test('a vault goes only when it is empty, and a kept server not while a lock is in force', () => {
  const id = parseVaultId('0'.repeat(32))
  assert.deepEqual(VaultDeletionPermit.ofEmpty({ id, name: 'v', points: 1 }), {
    code: 'BackupVaultNotEmpty',
    name: 'v',
  })
  assert.equal(VaultDeletionPermit.ofToldDeleted(id, { isDeleted: false }), undefined)
  const locked = [{ name: 'v', lock: { lockDate: 5 } }]
  const reset = (isKept: boolean, now: number) => ResetPermit.of({ isKept, locked, now })
  assert.ok(reset(false, 9) instanceof ResetPermit)
  assert.ok(reset(true, 4) instanceof ResetPermit, 'in its grace period')
  assert.equal((reset(true, 5) as { code: string }).code, 'BackupVaultLockInForce')
})

test('no lifecycle of a locked vault is changed, be it longer or shorter', () => {
  const point = {
    ...({ arn: 'arn', vaultName: 'daily', resourceType: 'EFS', storageClass: 'WARM' } as const),
    createdAt: 0,
    isContinuous: false,
  }
  fc.assert(
    fc.property(locks, days, time, (lock, DeleteAfterDays, now) => {
      const changed = changedLifecycle(point, { requested: { DeleteAfterDays }, lock, now })
      assert.equal('code' in changed && changed.code, 'RecoveryPointLocked')
    }),
  )
})

test('a lock in force is for ever; one in its grace period or in governance is not', () => {
  const compliance = requestedLock({ ChangeableForDays: 3 }, 1000)
  assert.ok(!('code' in compliance))
  const at = 1000 + 3 * DAY_MS
  assert.equal(compliance.lockDate, at)
  for (const now of [1000, at - 1]) {
    assert.equal(checkLockChange({ name: 'v', lock: compliance, now }), undefined)
  }
  assert.equal(
    checkLockChange({ name: 'v', lock: compliance, now: at })?.code,
    'BackupVaultLockInForce',
  )
  const governance = requestedLock({ MinRetentionDays: 7 }, 1000)
  assert.ok(!('code' in governance))
  assert.equal(isInForce(governance, Number.MAX_SAFE_INTEGER), false)
})

test('what has moved to cold storage keeps the day on which it did', () => {
  const point = {
    ...({ arn: 'arn', vaultName: 'daily', resourceType: 'EFS', storageClass: 'COLD' } as const),
    createdAt: 0,
    isContinuous: false,
    lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 365 },
  }
  const change = (requested: object) => changedLifecycle(point, { requested, now: 20 * DAY_MS })
  assert.deepEqual(change({ MoveToColdStorageAfterDays: 11 }), {
    code: 'LifecycleColdFrozen',
    days: 10,
  })
  assert.deepEqual(change({ DeleteAfterDays: 400 }), {
    lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 400 },
  })
  assert.deepEqual(change({ DeleteAfterDays: 99 }), { code: 'LifecycleTooClose' })
  const continuous = { ...point, isContinuous: true }
  const refused = changedLifecycle(continuous, { requested: {}, now: 0 })
  assert.deepEqual(refused, { code: 'LifecycleContinuous', arn: 'arn' })
})
