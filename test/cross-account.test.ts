// A real copy from one account to another, end to end: refused with AWS's texts until both sides
// agree, then made under data keys of its own, and good without anything of the source.

import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  PutBackupVaultAccessPolicyCommand,
  UpdateGlobalSettingsCommand,
} from '@aws-sdk/client-backup'
import { ACCOUNT, realServer, temporaryFolder, User } from './real-server.ts'
import { flip, packsIn } from './rotten-files.ts'
import { compareTrees } from './trees/compare-trees.ts'
import { makeOddTree } from './trees/odd-tree.ts'

const OTHER = '210987654321'

test('a copy crosses accounts when both sides let it, and needs nothing of its source', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { source, target, tree } = await twoAccounts(server.url, folder.path)
  const point = await source.backUp('daily', await source.addDirectory(tree))
  const copy = () => source.copy({ vault: 'daily', point }, target.vaultArn('offsite'))

  await assert.rejects(copy(), /Cross-account copy feature is not enabled for the current organi/)
  await switchOn(server.url)
  await assert.rejects(copy(), /Access Denied trying to call AWS Backup service/)
  await letIn(target, 'offsite')
  const arn = await copy()

  const copied = await target.point('offsite', arn)
  assert.equal(copied?.SourceBackupVaultArn, source.vaultArn('daily'))
  assert.match(copied?.EncryptionKeyArn ?? '', new RegExp(`^arn:aws:kms:us-east-2:${OTHER}:key/`))
  assert.equal(await source.point('daily', arn), undefined)

  const data = path.join(folder.path, 'data')
  for (const gone of ['stores/eu-central-1', `keys/${ACCOUNT}`]) {
    renameSync(path.join(data, gone), path.join(folder.path, `gone-${path.basename(gone)}`))
  }
  const restored = path.join(folder.path, 'restored')
  await target.restore(arn, restored)
  assert.deepEqual(compareTrees(tree, restored), [])
})

test('a copy to another account is under new data keys, and the next one moves only what is new', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { source, target, tree } = await twoAccounts(server.url, folder.path)
  await switchOn(server.url)
  await letIn(target, 'offsite')
  const resource = await source.addDirectory(tree)
  const from = { vault: 'daily', point: await source.backUp('daily', resource) }
  const progressOf = async (id: string) => {
    const job = await source.copyEnd(id)
    assert.equal(job.State, 'COMPLETED', job.StatusMessage)
    const found = (await source.extension('GET', `/jobs/${id}`)) as {
      CopyMode?: string
      Progress?: { bytesStored?: number }
    }
    return { mode: found.CopyMode, stored: found.Progress?.bytesStored ?? 0 }
  }
  const first = await progressOf(await source.startCopy(from, target.vaultArn('offsite')))
  assert.equal(first.mode, 'reencrypt')
  assert.ok(first.stored > 0)
  const second = await progressOf(await source.startCopy(from, target.vaultArn('offsite')))
  assert.equal(second.stored, 0)
})

test('a copy that repairs its destination does not tell which other vaults its owner has', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { source, target, tree } = await twoAccounts(server.url, folder.path)
  await switchOn(server.url)
  await letIn(target, 'offsite')
  await target.extension('PUT', '/vaults/offsite/settings', '{"copyMode":"verbatim"}')
  const point = await source.backUp('daily', await source.addDirectory(tree))
  const from = { vault: 'daily', point }
  const copy = await source.copy(from, target.vaultArn('offsite'))
  const [pack = ''] = packsIn(path.join(folder.path, 'data/stores/us-east-2'))
  await target.createVault('private')
  await target.copy({ vault: 'offsite', point: copy }, target.vaultArn('private'))
  flip(pack, 1000)
  await assert.rejects(target.restore(copy, path.join(folder.path, 'restored')), /restore FAILED/)
  const job = await source.copyEnd(await source.startCopy(from, target.vaultArn('offsite')))
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  assert.match(job.StatusMessage ?? '', /was repaired from another one of its account/)
  assert.doesNotMatch(job.StatusMessage ?? '', /private/)
})

async function twoAccounts(url: string, folder: string) {
  const source = new User(url, 'eu-central-1')
  const target = new User(url, 'us-east-2', { account: OTHER })
  const tree = path.join(folder, 'tree')
  makeOddTree(tree, 1)
  await source.createVault('daily')
  await target.createVault('offsite')
  return { source, target, tree }
}

async function switchOn(url: string): Promise<void> {
  const management = new User(url, 'eu-central-1', { account: '000000000000' })
  const GlobalSettings = { isCrossAccountBackupEnabled: 'true' }
  await management.client.send(new UpdateGlobalSettingsCommand({ GlobalSettings }))
}

async function letIn(owner: User, vault: string): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'backup:CopyIntoBackupVault',
    Resource: '*',
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const request = { BackupVaultName: vault, Policy }
  await owner.client.send(new PutBackupVaultAccessPolicyCommand(request))
}
