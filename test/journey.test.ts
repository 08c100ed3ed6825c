// The main job, end to end over HTTP with the official SDK: a backup of a tree with every oddity, a
// copy into another Region, and a restore from the copy with the source's bytes and key out of
// reach. Goal: the restored tree is the same; method: two store roots, two keys, and then one of
// each taken away.

import assert from 'node:assert/strict'
import { readdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { DescribeRecoveryPointCommand } from '@aws-sdk/client-backup'
import { ACCOUNT, realServer, temporaryFolder, User } from './real-server.ts'
import { compareTrees } from './trees/compare-trees.ts'
import { makeOddTree } from './trees/odd-tree.ts'

test('a tree with every oddity comes back from a copy whose source is gone', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { ohio, tree, copy } = await copiedTree(server.url, folder.path)

  const { stores, keys } = folders(folder.path)
  const sides = ['eu-central-1', 'us-east-2'].map((region) => path.join(stores, region))
  assert.deepEqual(sharedInodes(sides[0] ?? '', sides[1] ?? ''), [])
  renameSync(path.join(stores, 'eu-central-1'), path.join(folder.path, 'out-of-reach-store'))
  renameSync(path.join(keys, ACCOUNT, 'eu-central-1'), path.join(folder.path, 'out-of-reach-key'))

  const restored = path.join(folder.path, 'restored')
  await ohio.restore(copy, restored)
  assert.deepEqual(compareTrees(tree, restored), [])
})

test('a copy has a vault and key of its own and the date and resource of its source', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const journey = await copiedTree(server.url, folder.path)
  const source = await describe(journey.frankfurt, 'daily', journey.point)
  const copied = await describe(journey.ohio, 'offsite', journey.copy)
  assert.notEqual(copied.RecoveryPointArn, source.RecoveryPointArn)
  assert.equal(copied.BackupVaultArn, journey.ohio.vaultArn('offsite'))
  assert.notEqual(copied.EncryptionKeyArn, source.EncryptionKeyArn)
  assert.deepEqual(copied.CreationDate, source.CreationDate)
  assert.equal(copied.BackupSizeInBytes, source.BackupSizeInBytes)
  assert.equal(copied.ResourceArn, journey.resource)
  assert.equal(copied.SourceBackupVaultArn, undefined, 'AWS says so only across accounts')
})

/** Two vaults in two Regions, an odd tree backed up into one and copied into the other. */
async function copiedTree(url: string, folder: string) {
  const tree = path.join(folder, 'tree')
  makeOddTree(tree, 1)
  const frankfurt = new User(url, 'eu-central-1')
  const ohio = new User(url, 'us-east-2')
  await frankfurt.createVault('daily')
  await ohio.createVault('offsite')
  const resource = await frankfurt.addDirectory(tree)
  const point = await frankfurt.backUp('daily', resource)
  const copy = await frankfurt.copy({ vault: 'daily', point }, ohio.vaultArn('offsite'))
  return { frankfurt, ohio, tree, resource, point, copy }
}

function describe(user: User, vault: string, point: string) {
  return user.client.send(
    new DescribeRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: point }),
  )
}

function folders(folder: string): { stores: string; keys: string } {
  return { stores: path.join(folder, 'data', 'stores'), keys: path.join(folder, 'data', 'keys') }
}

/** Files of the one folder that are the very same file as one in the other. */
function sharedInodes(a: string, b: string): string[] {
  const known = new Set(inodes(a).map(([inode]) => inode))
  return inodes(b).flatMap(([inode, name]) => (known.has(inode) ? [name] : []))
}

function inodes(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((name) => {
      const { dev, ino } = statSync(name)
      return [`${dev}:${ino}`, name]
    })
}
