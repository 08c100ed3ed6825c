// Fact records come back as they were written, in their order; what is missing, damaged or from a
// newer version is told and never passed over.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact, PointFact, VaultFact } from '../model/index.ts'
import { type ObjectName, openMemoryStore } from '../store/index.ts'
import { FactRecordTaken, FeatureUnknown } from './damage.ts'
import { sealObject } from './sealed-object.ts'
import { factObject, listVaults } from './vault-files.ts'
import { openRecord } from './vault-record.ts'
import { job, makeVault, point, seededRandom, type TestVault } from './vault-world.suite.ts'

const VAULT: VaultFact = {
  kind: 'vault',
  name: 'daily',
  arn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:daily',
  account: '123456789012' as VaultFact['account'],
  region: 'eu-west-1' as VaultFact['region'],
  type: 'BACKUP_VAULT',
  keyArn: 'arn:key',
  createdAt: 1,
  creatorRequestId: 'once',
  copyMode: 'reencrypt',
  tags: { team: 'ops' },
}
const POINT: PointFact = {
  kind: 'point',
  pointId: point(1),
  arn: 'arn:point',
  status: 'COMPLETED',
  resourceArn: 'arn:resource',
  resourceType: 'EFS',
  resourceName: 'tree',
  iamRoleArn: 'arn:role',
  createdAt: 1,
  initiatedAt: 2,
  completedAt: 3,
  backupSizeBytes: 4,
  lifecycle: { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 91 },
  storageClass: 'WARM',
  keyArn: 'arn:key',
  createdBy: { BackupPlanId: 'plan' },
  isParent: false,
  lastRestoredAt: 5,
  jobId: job(1),
  restoreMetadata: { a: 'b' },
  message: 'one file was skipped',
  unconfirmed: true,
  tags: {},
  resource: {
    region: 'eu-west-1' as VaultFact['region'],
    name: 'tree',
    driver: 'directory',
    path: '/tree',
    createdAt: 0,
  },
}
const GONE: Fact = { kind: 'point deleted', pointId: point(1) }

test('facts come back whole and in order, and record numbers say how far they go', async () => {
  const { vault, random } = await makeVault(1)
  assert.deepEqual(await vault.facts.read(), {
    ...{ lowest: 0, highest: 0, replaced: 0 },
    ...{ facts: [], findings: [] },
  })
  const first = { number: 1, replaces: 0, facts: [VAULT, POINT] }
  assert.equal(await vault.facts.write(first, random), 'created')
  await vault.facts.write({ number: 2, replaces: 0, facts: [GONE] }, random)
  const read = await vault.facts.read()
  const numbers = { lowest: 1, highest: 2, replaced: 0 }
  assert.deepEqual(read, { ...numbers, facts: [VAULT, POINT, GONE], findings: [] })
})

test('a record that is there is adopted when it says the same, and never written over', async () => {
  const { vault, random } = await makeVault(1)
  await vault.facts.write({ number: 1, replaces: 0, facts: [VAULT] }, random)
  const again = await vault.facts.write({ number: 1, replaces: 0, facts: [VAULT] }, random)
  assert.equal(again, 'adopted')
  const other = vault.facts.write({ number: 1, replaces: 0, facts: [GONE] }, random)
  await assert.rejects(other, FactRecordTaken)
  assert.deepEqual((await vault.facts.read()).facts, [VAULT])
})

test('a record that tells everything anew stands for all before it, there or not', async () => {
  const { vault, random, store } = await makeVault(1)
  await vault.facts.write({ number: 1, replaces: 0, facts: [POINT] }, random)
  await vault.facts.write({ number: 2, replaces: 0, facts: [GONE] }, random)
  await vault.facts.write({ number: 3, replaces: 2, facts: [VAULT] }, random)
  const told = { facts: [VAULT], highest: 3, replaced: 2, findings: [] }
  assert.deepEqual(await vault.facts.read(), { ...told, lowest: 1 })
  await store.delete(factObject(vault.vaultId, 1))
  assert.deepEqual(await vault.facts.read(), { ...told, lowest: 2 })
  await vault.facts.drop({ after: 1, upTo: 2 })
  assert.deepEqual(await vault.facts.read(), { ...told, lowest: 3 })
})

test('several records may tell everything anew: those behind the replaced ones count', async () => {
  const { vault, random, store } = await makeVault(1)
  const put = (number: number, replaces: number, facts: Fact[]) =>
    vault.facts.write({ number, replaces, facts }, random)
  await put(1, 0, [VAULT])
  await put(2, 0, [POINT])
  await put(3, 0, [VAULT])
  // Until the last of them is there, nothing is replaced.
  assert.deepEqual((await vault.facts.read()).facts, [VAULT, POINT, VAULT])
  await put(4, 2, [POINT])
  await put(5, 0, [GONE])
  await vault.facts.drop({ after: 0, upTo: 1 })
  const numbers = { lowest: 2, highest: 5, replaced: 2 }
  const facts = [VAULT, POINT, GONE]
  assert.deepEqual(await vault.facts.read(), { ...numbers, facts, findings: [] })
  // One of those behind is missed.
  await store.delete(factObject(vault.vaultId, 3))
  const { findings } = await vault.facts.read()
  assert.deepEqual(findings, [{ object: factObject(vault.vaultId, 3), reason: 'is missing' }])
})

test('a missing record and every damaged byte are told, and the others still read', async () => {
  const made = await makeVault(1)
  const { vault, random, store } = made
  for (const [number, facts] of [
    [1, [VAULT]],
    [2, [POINT]],
    [4, [GONE]],
  ] as const) {
    await vault.facts.write({ number, replaces: 0, facts }, random)
  }
  const third = factObject(vault.vaultId, 3)
  const missing = { object: third, reason: 'is missing' }
  const whole = await vault.facts.read()
  const numbers = { lowest: 1, highest: 4, replaced: 0 }
  const facts = [VAULT, POINT, GONE]
  assert.deepEqual(whole, { ...numbers, facts, findings: [missing] })
  const object = factObject(vault.vaultId, 2)
  const bytes = await store.get(object)
  for (let at = 0; at < bytes.length; at += 7) {
    const { facts, findings } = await withBytes(made, object, flipped(bytes, at))
    assert.deepEqual(facts, [VAULT, GONE], `byte ${at}`)
    assert.deepEqual(findings[0]?.object, object, `byte ${at}`)
  }
})

test('a record of another vault or number is no record of this one', async () => {
  const [here, there] = [await makeVault(1), await makeVault(2)]
  await there.vault.facts.write({ number: 1, replaces: 0, facts: [VAULT] }, there.random)
  const bytes = await there.store.get(factObject(there.vault.vaultId, 1))
  await here.store.put(factObject(here.vault.vaultId, 1), bytes)
  assert.equal((await here.vault.facts.read()).findings.length, 1)
  await there.store.put(factObject(there.vault.vaultId, 2), bytes)
  assert.equal((await there.vault.facts.read()).findings.length, 1)
})

test('a feature this version does not know is refused by its name; an unknown kind is passed', async () => {
  const made = await makeVault(1)
  const { vault, random } = made
  const unknown = { ...VAULT, kind: 'weather' } as unknown as Fact
  await vault.facts.write({ number: 1, replaces: 0, facts: [unknown, VAULT] }, random)
  assert.deepEqual((await vault.facts.read()).facts, [VAULT])
  await putNewer(made)
  await assert.rejects(vault.facts.read(), (error) => {
    return error instanceof FeatureUnknown && error.feature === 'vault lock'
  })
})

test('the vaults of a store are found by what lies in it', async () => {
  const store = openMemoryStore()
  await makeVault(1, { store })
  await makeVault(2, { store })
  await store.put('elsewhere/vault/00000001' as ObjectName, new Uint8Array(1))
  const found: string[] = []
  for await (const id of listVaults(store)) found.push(id)
  assert.deepEqual(
    found,
    ['1', '2'].map((n) => n.padStart(32, '0')),
  )
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

async function withBytes({ store, vault }: TestVault, object: ObjectName, bytes: Uint8Array) {
  await store.delete(object)
  await store.put(object, bytes)
  return vault.facts.read().catch((error) => {
    // The bit that says the format is told as a format, which is as good.
    if (!(error instanceof FeatureUnknown)) throw error
    return { facts: [VAULT, GONE], findings: [{ object, reason: error.message }] }
  })
}

/** A record of a version that can lock vaults. */
async function putNewer({ store, vault, keys }: TestVault): Promise<void> {
  const { vaultId } = vault
  const opened = await openRecord({ store, vaultId, keys })
  const bytes = sealObject({
    magic: 'CHFACTS1',
    about: { number: 2, replaces: 0 },
    incompatible: ['vault lock'],
    plain: new TextEncoder().encode('{"facts":[]}'),
    sealing: { vaultId, ...opened },
    keyMember: 'wrappedFactKey',
    key: seededRandom('newer').bytes(32),
  })
  await store.put(factObject(vaultId, 2), bytes)
}
