// The suite every key service passes. A service's test hands it a factory and a way to take a key
// away.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAccountId, parseRegionName } from '../model/index.ts'
import { defaultKeyArn, type KeyService } from './index.ts'

export interface SuiteSubject {
  open(): Promise<KeyService>
  remove(service: KeyService, arn: string): Promise<void>
  disable(service: KeyService, arn: string): Promise<void>
}

export const ARN = defaultKeyArn({
  account: parseAccountId('123456789012'),
  region: parseRegionName('eu-west-1'),
})
export const KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1)
const CONTEXT = { vault: 'a', purpose: 'vault key' }

/** What a service throws for a key that cannot be used, for a reason like `reason`. */
export function unusable(reason: RegExp) {
  return (error: unknown) => {
    const failure = (error as { failure?: { code: string; keyArn: string; reason: string } })
      .failure
    assert.equal(failure?.code, 'KeyUnusable', String(error))
    assert.match(failure.reason, reason)
    return true
  }
}

export function testKeyService(kind: string, subject: SuiteSubject): void {
  const { open } = subject

  test(`${kind}: a wrapped key comes back, whatever its bytes and context`, async () => {
    const service = await open()
    await service.ensureKey(ARN)
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const contexts = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(keys, contexts, async (key, context) => {
        const wrapped = await service.wrap(ARN, key, context)
        const shuffled = Object.fromEntries(Object.entries(context).reverse())
        assert.deepEqual(await service.unwrap(ARN, wrapped, shuffled), key)
      }),
      { numRuns: 30 },
    )
  })

  test(`${kind}: a key wrapped twice gives other bytes, and its own are not in them`, async () => {
    const service = await open()
    await service.ensureKey(ARN)
    const [one, two] = [
      await service.wrap(ARN, KEY, CONTEXT),
      await service.wrap(ARN, KEY, CONTEXT),
    ]
    assert.notDeepEqual(one, two)
    assert.equal(Buffer.from(one).includes(Buffer.from(KEY.subarray(0, 8))), false)
  })

  test(`${kind}: another context, another key or a changed byte opens nothing`, async () => {
    const service = await open()
    const other = ARN.replace('123456789012', '210987654321')
    await service.ensureKey(ARN)
    await service.ensureKey(other)
    const wrapped = await service.wrap(ARN, KEY, CONTEXT)
    const refused = unusable(/does not open/)
    await assert.rejects(service.unwrap(ARN, wrapped, { ...CONTEXT, vault: 'b' }), refused)
    await assert.rejects(service.unwrap(ARN, wrapped, {}), refused)
    await assert.rejects(service.unwrap(other, wrapped, CONTEXT), refused)
    for (let at = 0; at < wrapped.byteLength; at += 1) {
      const changed = wrapped.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      await assert.rejects(service.unwrap(ARN, changed, CONTEXT), refused)
    }
    await assert.rejects(service.unwrap(ARN, wrapped.slice(0, -1), CONTEXT), refused)
    await assert.rejects(service.unwrap(ARN, new Uint8Array(0), CONTEXT), refused)
  })

  test(`${kind}: ensuring a key again, or many times at once, keeps the first`, async () => {
    const service = await open()
    await Promise.all(Array.from({ length: 6 }, () => service.ensureKey(ARN)))
    const wrapped = await service.wrap(ARN, KEY, CONTEXT)
    await service.ensureKey(ARN)
    assert.deepEqual(await service.unwrap(ARN, wrapped, CONTEXT), KEY)
  })

  test(`${kind}: a key that was never made, was taken away or disabled says which`, async () => {
    const service = await open()
    await assert.rejects(service.wrap(ARN, KEY, CONTEXT), unusable(/does not exist/))
    await service.ensureKey(ARN)
    const wrapped = await service.wrap(ARN, KEY, CONTEXT)
    await subject.disable(service, ARN)
    await assert.rejects(service.unwrap(ARN, wrapped, CONTEXT), unusable(/is disabled/))
    await assert.rejects(service.ensureKey(ARN), unusable(/is disabled/))
    await subject.remove(service, ARN)
    await assert.rejects(service.unwrap(ARN, wrapped, CONTEXT), unusable(/does not exist/))
  })

  test(`${kind}: what is not the ARN of a key is refused`, async () => {
    const service = await open()
    const alias = 'arn:aws:kms:eu-west-1:123456789012:alias/x'
    const escaping = 'arn:aws:kms:eu-west-1:123456789012:key/../../x'
    for (const arn of ['', 'x', alias, escaping, `${ARN}/x`, `${ARN}\n`]) {
      await assert.rejects(service.ensureKey(arn), unusable(/not the ARN/))
      await assert.rejects(service.wrap(arn, KEY, CONTEXT), unusable(/not the ARN/))
    }
  })
}
