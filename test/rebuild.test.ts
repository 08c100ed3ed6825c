// A server whose catalog is lost. Goal: what users saw of vaults and recovery points is there again
// when it was made anew out of the stores, and everything goes on from there. Method: a server with
// vaults, recovery points, copies, tags, lifecycles and deletions is stopped, its catalog deleted,
// and all is asked again afterwards.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  DescribeRecoveryPointCommand,
  GetRecoveryPointRestoreMetadataCommand,
  ListBackupVaultsCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListTagsCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-backup'
import { rebuildCatalog } from '../src/assembly/index.ts'
import { ROLE, realServer, temporaryFolder, User, until } from './real-server.ts'
import { runCommand } from './run-command.ts'
import { compareTrees } from './trees/compare-trees.ts'
import { makeOddTree } from './trees/odd-tree.ts'

/** The only thing that is written to a store: whose it is now. */
const TAKEN_OVER = 'copyhold-store/00000002'

test('a catalog that is lost comes back from the stores, and the server goes on', async () => {
  using folder = temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tree = path.join(folder.path, 'tree')
  makeOddTree(tree, 1)
  const made = await lived(folder.path, tree)
  loseCatalog(data)

  const refused = realServer(folder.path)
  await assert.rejects(refused, (error: Error) => {
    return error.message.includes(`copyhold vault rebuild-catalog --data ${data}`)
  })
  assert.equal(existsSync(path.join(data, 'catalog.db')), false, 'nothing was begun')

  const { code, out, report } = await rebuilt(data)
  assert.equal(code, 0, out)
  assert.deepEqual(report.unconfirmed, [])
  assert.deepEqual(report.resources, [made.resource])
  assert.equal(report.vaults.length, 2)
  const kept = ['catalog.db', 'catalog.db-room', 'keys', 'owner.db', 'stores']
  assert.deepEqual(readdirSync(data).sort(), kept)

  await using server = await realServer(folder.path)
  const frankfurt = new User(server.url, 'eu-central-1')
  const ohio = new User(server.url, 'us-east-2')
  assert.deepEqual(await shown(frankfurt), made.frankfurt)
  assert.deepEqual(await shown(ohio), made.ohio)

  await frankfurt.sweep('daily')
  await ohio.sweep('offsite')
  const restored = path.join(folder.path, 'restored')
  await ohio.restore(made.copy, restored)
  assert.deepEqual(compareTrees(tree, restored), [])

  writeFileSync(path.join(tree, 'one more'), 'one more')
  const before = packsIn(data, 'eu-central-1')
  const next = await frankfurt.backUp('daily', made.resource)
  assert.ok(packsIn(data, 'eu-central-1') - before <= 2, 'what is there is not put again')
  await frankfurt.copy({ vault: 'daily', point: next }, ohio.vaultArn('offsite'))
})

test('what was going on when the catalog was lost is listed, and deleted only when confirmed', async () => {
  using folder = temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tree = path.join(folder.path, 'tree')
  makeOddTree(tree, 2)
  const made = await lived(folder.path, tree)
  loseCatalog(data)
  const facts = filesBelow(data, '/facts/')
  // As if the last record of the copies' vault had not come to be written.
  for (const file of facts.filter((name) => name.includes('us-east-2')).slice(1)) {
    rmSync(path.join(data, file))
  }
  const { code, report } = await rebuilt(data)
  assert.equal(code, 0)
  assert.deepEqual(
    report.unconfirmed.map(({ arn }) => arn),
    [made.copy],
  )
  await using server = await realServer(folder.path)
  const ohio = new User(server.url, 'us-east-2')
  const point = { BackupVaultName: 'offsite', RecoveryPointArn: made.copy }
  const deletion = () => ohio.client.send(new DeleteRecoveryPointCommand(point))
  await assert.rejects(deletion, { name: 'InvalidResourceStateException', message: /Confirm it/ })
  const restored = path.join(folder.path, 'restored')
  await ohio.restore(made.copy, restored)
  assert.deepEqual(compareTrees(tree, restored), [])
  const at = `/vaults/offsite/points/${encodeURIComponent(made.copy)}/confirm`
  await ohio.extension('POST', at, '{}')
  await deletion()
})

test('an old catalog beside newer stores is refused like a lost one', async () => {
  using folder = temporaryFolder()
  const data = path.join(folder.path, 'data')
  {
    await using server = await realServer(folder.path)
    await new User(server.url, 'eu-central-1').createVault('daily')
  }
  const [fact] = filesBelow(data, '/facts/')
  const newer = path.join(data, fact?.replace(/1$/, '2') ?? '')
  writeFileSync(newer, 'of a later catalog')
  await assert.rejects(realServer(folder.path), /is older than its stores.*rebuild-catalog/)
  rmSync(newer)
  await using server = await realServer(folder.path)
  assert.equal((await shown(new User(server.url, 'eu-central-1'))).vaults.length, 1)
})

test('a catalog is not made anew under a running server, nor where there are no stores', async () => {
  using folder = temporaryFolder()
  await using _ = await realServer(folder.path)
  const dataDir = path.join(folder.path, 'data')
  await new User(_.url, 'eu-central-1').createVault('daily')
  await assert.rejects(rebuildCatalog({ dataDir }), { name: 'FolderInUse' })
  await assert.rejects(rebuildCatalog({ dataDir: folder.path }), { name: 'NoDataFolder' })
})

test('a vault whose key is gone is told and left as it is; with its key it comes back', async () => {
  using folder = temporaryFolder()
  const data = path.join(folder.path, 'data')
  {
    await using server = await realServer(folder.path)
    await new User(server.url, 'eu-central-1').createVault('daily')
    await new User(server.url, 'us-east-2').createVault('offsite')
  }
  const [key] = filesBelow(path.join(data, 'keys'), 'eu-central-1')
  const file = path.join(data, 'keys', key ?? '')
  renameSync(file, path.join(folder.path, 'key'))
  const before = filesBelow(data, 'eu-central-1')
  const without = await rebuilt(data)
  assert.equal(without.code, 3)
  assert.match(without.report.unreadable[0]?.reason ?? '', /cannot be used/)
  assert.deepEqual(
    filesBelow(data, 'stores/eu-central-1').filter((name) => !name.endsWith(TAKEN_OVER)),
    before.filter((name) => name.startsWith('stores')),
  )
  assert.ok(without.report.replaced?.endsWith('catalog-replaced-1.db'))
  renameSync(path.join(folder.path, 'key'), file)
  const again = await rebuilt(data)
  assert.equal(again.code, 0)
  assert.equal(again.report.vaults.length, 2)
  const twice = await rebuilt(data)
  assert.deepEqual(twice.report.vaults, again.report.vaults)
})

/** A server's life: what was made, and what its users saw at the end. */
async function lived(folder: string, tree: string) {
  await using server = await realServer(folder)
  const frankfurt = new User(server.url, 'eu-central-1')
  const ohio = new User(server.url, 'us-east-2')
  await frankfurt.createVault('daily')
  await frankfurt.createVault('brief')
  await ohio.createVault('offsite')
  const resource = await frankfurt.addDirectory(tree)
  const first = await frankfurt.backUp('daily', resource)
  writeFileSync(path.join(tree, 'second'), 'x'.repeat(300_000))
  const { BackupJobId } = await frankfurt.client.send(
    new StartBackupJobCommand({
      BackupVaultName: 'daily',
      ResourceArn: resource,
      IamRoleArn: ROLE,
      Lifecycle: { DeleteAfterDays: 35 },
      RecoveryPointTags: { team: 'ops', stage: 'test' },
    }),
  )
  const point = (await frankfurt.backupEnd(BackupJobId ?? '')).RecoveryPointArn ?? ''
  const { CopyJobId } = await frankfurt.client.send(
    new StartCopyJobCommand({
      RecoveryPointArn: point,
      SourceBackupVaultName: 'daily',
      DestinationBackupVaultArn: ohio.vaultArn('offsite'),
      IamRoleArn: ROLE,
      Lifecycle: { DeleteAfterDays: 365 },
    }),
  )
  const copy = (await frankfurt.copyEnd(CopyJobId ?? '')).DestinationRecoveryPointArn ?? ''
  await ohio.restore(copy, path.join(folder, 'restored once'))
  const vault = frankfurt.vaultArn('daily')
  const send = frankfurt.client.send.bind(frankfurt.client)
  await send(new TagResourceCommand({ ResourceArn: vault, Tags: { cost: '1', gone: '2' } }))
  await send(new UntagResourceCommand({ ResourceArn: vault, TagKeyList: ['gone'] }))
  await send(new UntagResourceCommand({ ResourceArn: point, TagKeyList: ['stage'] }))
  await send(new DeleteBackupVaultCommand({ BackupVaultName: 'brief' }))
  const deleted = { BackupVaultName: 'daily', RecoveryPointArn: first }
  await send(new DeleteRecoveryPointCommand(deleted))
  await until(async () => {
    const { rows } = await rowsOf(frankfurt, 'daily')
    return rows.length === 1 ? true : undefined
  })
  return { resource, point, copy, frankfurt: await shown(frankfurt), ohio: await shown(ohio) }
}

async function rowsOf(user: User, name: string) {
  const list = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: name })
  const { RecoveryPoints: rows = [] } = await user.client.send(list)
  return { rows }
}

/** Everything that AWS's operations show of the Region's vaults and recovery points. */
async function shown(user: User) {
  const send = user.client.send.bind(user.client)
  const { BackupVaultList = [] } = await send(new ListBackupVaultsCommand({}))
  const vaults: unknown[] = []
  for (const { BackupVaultName = '', BackupVaultArn = '' } of BackupVaultList) {
    const points: unknown[] = []
    for (const { RecoveryPointArn } of (await rowsOf(user, BackupVaultName)).rows) {
      const of = { BackupVaultName, RecoveryPointArn }
      points.push([
        await told(send(new DescribeRecoveryPointCommand(of))),
        await told(send(new GetRecoveryPointRestoreMetadataCommand(of))),
        await told(send(new ListTagsCommand({ ResourceArn: RecoveryPointArn }))),
      ])
    }
    vaults.push({
      vault: await told(send(new DescribeBackupVaultCommand({ BackupVaultName }))),
      tags: await told(send(new ListTagsCommand({ ResourceArn: BackupVaultArn }))),
      points,
    })
  }
  const resources = await told(send(new ListProtectedResourcesCommand({})))
  return { vaults, resources, registered: await user.extension('GET', '/resources') }
}

async function told(answer: Promise<{ $metadata: unknown }>) {
  const { $metadata: _, ...members } = await answer
  return members
}

function loseCatalog(data: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(path.join(data, `catalog.db${suffix}`), { force: true })
  }
}

/** Runs the command as a person does. */
async function rebuilt(data: string) {
  const argv = ['vault', 'rebuild-catalog', '--data', data, '--output', 'json']
  const { code, ...printed } = await runCommand(argv, { rebuildCatalog })
  assert.equal(printed.err, '')
  const report = JSON.parse(printed.out) as Awaited<ReturnType<typeof rebuildCatalog>>
  return { code, out: printed.out, report }
}

function filesBelow(folder: string, part: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => name.includes(part))
    .sort()
}

function packsIn(data: string, region: string): number {
  return filesBelow(path.join(data, 'stores', region), '/packs/').length
}
