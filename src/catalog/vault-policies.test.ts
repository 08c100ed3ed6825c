// Access policies of vaults: kept, replaced, taken away, told to the store, gone with the vault.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as facts from './facts.ts'
import { emptyCatalog, vaultPermit, vaultRow } from './samples.suite.ts'
import * as vaultPolicies from './vault-policies.ts'
import * as vaults from './vaults.ts'

test('a vault has the policy that was put last, and none when it was taken away', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one, other] = [vaultRow(1), vaultRow(2)]
  await catalog.transaction(async (tx) => {
    for (const row of [one, other]) await vaults.insert(tx, row)
    await vaultPolicies.put(tx, one.id, 'first')
    await vaultPolicies.put(tx, one.id, 'second')
    await vaultPolicies.put(tx, other.id, 'another')
  })
  await catalog.transaction(async (tx) => {
    assert.equal(await vaultPolicies.of(tx, one.id), 'second')
    await vaultPolicies.remove(tx, one.id)
    await vaultPolicies.remove(tx, one.id)
    assert.equal(await vaultPolicies.of(tx, one.id), undefined)
    assert.equal(await vaultPolicies.of(tx, other.id), 'another')
  })
})

test('each change of it is to be told to the store, as the whole of the vault', async (t) => {
  const catalog = await emptyCatalog(t)
  const row = vaultRow(1)
  const told = () =>
    catalog.transaction(async (tx) => {
      const due = await facts.take(tx, row.id)
      assert.ok(due)
      await facts.written(tx, { vaultId: row.id, number: due.number })
      return due.facts.map((fact) => (fact.kind === 'vault' ? fact.policy : fact.kind))
    })
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, row)
    await vaultPolicies.put(tx, row.id, 'a policy')
  })
  assert.deepEqual(await told(), ['a policy'])
  await catalog.transaction((tx) => vaultPolicies.remove(tx, row.id))
  assert.deepEqual(await told(), [undefined])
})

test('it is gone with its vault', async (t) => {
  const catalog = await emptyCatalog(t)
  const row = vaultRow(1)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, row)
    await vaultPolicies.put(tx, row.id, 'a policy')
    await vaults.markDeleting(tx, vaultPermit(row.id))
    assert.equal(await vaults.remove(tx, row.id), true)
    assert.equal(await vaultPolicies.of(tx, row.id), undefined)
  })
})
