// The access policy of a vault outlives the catalog. Goal: what a policy shuts out stays shut out.
// Method: a server with a policy on a vault; its store at the moment of the answer; the same server
// with a catalog made anew.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  DeleteBackupVaultAccessPolicyCommand,
  DeleteBackupVaultCommand,
  GetBackupVaultAccessPolicyCommand,
  PutBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup'
import { rebuildCatalog } from '../src/assembly/index.ts'
import { realServer, temporaryFolder, User } from './real-server.ts'

const NAME = { BackupVaultName: 'daily' }
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: 'backup:DeleteBackupVault', Resource: '*' },
})

test('a policy is durable when it is answered, and still in force in a catalog made anew', async () => {
  using folder = temporaryFolder()
  const dataDir = path.join(folder.path, 'data')
  {
    await using server = await realServer(folder.path)
    const user = new User(server.url, 'eu-central-1')
    await user.createVault('daily')
    assert.deepEqual(featuresInStore(dataDir), [[]])
    await user.client.send(new PutBackupVaultAccessPolicyCommand({ ...NAME, Policy: POLICY }))
    assert.deepEqual(featuresInStore(dataDir), [[], ['policy']])
  }
  loseCatalog(dataDir)
  await rebuildCatalog({ dataDir })
  await using server = await realServer(folder.path)
  const { client } = new User(server.url, 'eu-central-1')
  const got = await client.send(new GetBackupVaultAccessPolicyCommand(NAME))
  assert.equal(got.Policy, POLICY)
  await assert.rejects(client.send(new DeleteBackupVaultCommand(NAME)), {
    name: 'AccessDeniedException',
    message: /with an explicit deny in a resource-based policy$/,
  })
  await client.send(new DeleteBackupVaultAccessPolicyCommand(NAME))
  assert.deepEqual(featuresInStore(dataDir), [[], ['policy'], []])
  await client.send(new DeleteBackupVaultCommand(NAME))
})

/** What the records of facts in the store say a reader must understand, in their order. */
function featuresInStore(dataDir: string): string[][] {
  const records = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
  return records
    .filter((name) => /\/facts\/\d+$/.test(name))
    .sort((one, other) => Number(path.basename(one)) - Number(path.basename(other)))
    .map((name) => {
      const bytes = readFileSync(path.join(dataDir, name))
      const header = bytes.subarray(12, 12 + bytes.readUInt32LE(8)).toString()
      return (JSON.parse(header) as { incompatible: string[] }).incompatible
    })
}

function loseCatalog(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('catalog.db')) rmSync(path.join(dataDir, name))
  }
}
