// Goal: a lifecycle is refused or kept exactly as AWS says. Method: the published cases, and
// properties over all that a request and a source can say.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResourceType } from './index.ts'
import {
  backupLifecycle,
  calculatedLifecycle,
  checkCopyLifecycle,
  checkLifecycle,
  copyLifecycle,
  type Lifecycle,
  resourceTypes,
} from './index.ts'

const DAY_MS = 86_400_000

test('the limits of retention are one day and a hundred years', () => {
  for (const days of [1, 2, 36_500, -1]) {
    assert.equal(checkLifecycle({ DeleteAfterDays: days }), undefined)
  }
  for (const days of [0, -2, 36_501]) {
    const refused = checkLifecycle({ DeleteAfterDays: days })
    assert.equal(refused?.code, 'LifecycleDeleteAfterOutOfRange')
  }
})

test('cold storage lasts at least ninety days, unless there is no end', () => {
  const at = (cold: number, end: number) =>
    checkLifecycle({ MoveToColdStorageAfterDays: cold, DeleteAfterDays: end })?.code
  assert.equal(at(30, 119), 'LifecycleTooClose')
  assert.equal(at(30, 120), undefined)
  assert.equal(at(30, -1), undefined)
  assert.equal(at(-1, 1), undefined)
  assert.equal(at(0, 50), 'LifecycleTooClose')
  assert.equal(at(0, 90), 'LifecycleMoveToColdInvalid')
})

test('what only the service may set is refused', () => {
  const refused = checkLifecycle({ DeleteAfterDays: 9, DeleteAfterEvent: 'DELETE_AFTER_COPY' })
  assert.equal(refused?.code, 'LifecycleDeleteAfterEventGiven')
})

test('dates are exact to the millisecond', () => {
  const created = Date.parse('2020-07-15T21:38:31.152Z')
  const dates = calculatedLifecycle({ DeleteAfterDays: 100 }, created)
  assert.deepEqual(dates, { DeleteAt: Date.parse('2020-10-23T21:38:31.152Z') })
  assert.deepEqual(calculatedLifecycle(undefined, created), {})
  assert.deepEqual(calculatedLifecycle({ DeleteAfterDays: -1 }, created), {})
})

test('types without cold storage ignore it in silence; EBS must opt in', () => {
  const requested = { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 91 }
  const kept = (type: ResourceType, more: Lifecycle = {}) =>
    backupLifecycle({ requested: { ...requested, ...more }, type })
  assert.deepEqual(kept('EFS'), requested)
  assert.deepEqual(kept('S3'), { DeleteAfterDays: 91 })
  assert.deepEqual(kept('EBS'), { DeleteAfterDays: 91 })
  const optIn = { OptInToArchiveForSupportedResources: true }
  assert.deepEqual(kept('EBS', optIn), { ...requested, ...optIn })
  assert.equal(backupLifecycle({ requested: { DeleteAfterDays: -1 }, type: 'EFS' }), undefined)
  assert.equal(backupLifecycle({ type: 'EFS' }), undefined)
})

const days = fc.option(fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 36_500 })), {
  nil: undefined,
})
const lifecycles: fc.Arbitrary<Lifecycle> = fc
  .record({ cold: days, end: days })
  .map(({ cold, end }) => ({
    ...(cold === undefined ? {} : { MoveToColdStorageAfterDays: cold }),
    ...(end === undefined ? {} : { DeleteAfterDays: end }),
  }))
const kept = lifecycles.filter(
  (lifecycle) =>
    !checkLifecycle(lifecycle) && Object.values(lifecycle).every((value) => value !== -1),
)
const types = fc.constantFrom(...(Object.keys(resourceTypes) as ResourceType[]))

test('a copy that says nothing follows its source, and is never refused', () => {
  fc.assert(
    fc.property(kept, types, (source, type) => {
      const followed = backupLifecycle({ requested: source, type })
      for (const requested of [undefined, {}, { DeleteAfterDays: -1 }]) {
        const wish = { source, ...(requested ? { requested } : {}) }
        assert.equal(checkCopyLifecycle(wish), undefined)
        assert.deepEqual(copyLifecycle({ ...wish, type }), followed)
      }
    }),
  )
})

test('a copy that is admitted gets a lifecycle that would be admitted', () => {
  fc.assert(
    fc.property(kept, lifecycles, types, (source, requested, type) => {
      if (checkCopyLifecycle({ source, requested })) return
      const result = copyLifecycle({ source, requested, type })
      assert.equal(checkLifecycle(result ?? {}), undefined)
      assert.ok(Object.values(result ?? {}).every((value) => value !== -1))
    }),
  )
})

test('a copy is endless only if its source is', () => {
  fc.assert(
    fc.property(kept, lifecycles, types, (source, requested, type) => {
      const result = copyLifecycle({ source, requested, type })
      if (result?.DeleteAfterDays === undefined) assert.equal(source.DeleteAfterDays, undefined)
    }),
  )
})

test('every date lies as many days after creation as the lifecycle says', () => {
  fc.assert(
    fc.property(kept, fc.integer({ min: 0, max: 4e12 }), (lifecycle, created) => {
      const { DeleteAt, MoveToColdStorageAt } = calculatedLifecycle(lifecycle, created)
      const inDays = (at: number | undefined) =>
        at === undefined ? undefined : (at - created) / DAY_MS
      assert.equal(inDays(DeleteAt), lifecycle.DeleteAfterDays)
      assert.equal(inDays(MoveToColdStorageAt), lifecycle.MoveToColdStorageAfterDays)
    }),
  )
})
