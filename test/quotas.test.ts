// Quotas as users meet them: a vault or a recovery point too many is refused with AWS's error, and
// jobs on one resource take turns.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  ListBackupJobsCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup'
import type { RunningServer } from '../src/assembly/index.ts'
import { serveConfiguration } from '../src/assembly/index.ts'
import { queueDue, startBackup } from '../src/jobs/index.ts'
import { HOME, JobWorld, RESOURCE as SIMULATED, ROLE as WORKER } from './crash/job-world.ts'
import { temporaryFolder, until } from './real-server.ts'
import { SimDisk } from './sim/disk.ts'

const ACCOUNT = '111122223333'
const KEY = 'AKIACOPYHOLDEXAMPLE1'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const REGION = 'eu-central-1'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`

function configuration(quotas: object) {
  const all = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
  const service = { Service: 'backup.amazonaws.com' }
  const assume = { Effect: 'Allow', Principal: service, Action: 'sts:AssumeRole' }
  return {
    data: 'data',
    listen: { port: 0 },
    regions: [{ name: REGION, store: 'store' }],
    accounts: [
      {
        id: ACCOUNT,
        rootAccessKeys: [{ id: KEY, secretFrom: { file: 'secret' } }],
        roles: [
          {
            name: 'worker',
            trust: { Version: '2012-10-17', Statement: assume },
            policies: [all],
          },
        ],
        resources: [{ directory: 'tree', region: REGION, id: 'fs-0123456789abcdef0' }],
      },
    ],
    quotas: { profile: 'none', ...quotas },
    log: 'error',
  }
}

const RESOURCE = `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-0123456789abcdef0`

async function serve(folder: string, quotas: object): Promise<RunningServer & AsyncDisposable> {
  mkdirSync(path.join(folder, 'tree'))
  writeFileSync(path.join(folder, 'tree', 'file'), 'content')
  writeFileSync(path.join(folder, 'secret'), SECRET, { mode: 0o600 })
  const file = path.join(folder, 'copyhold.json')
  writeFileSync(file, JSON.stringify(configuration(quotas)))
  const server = await serveConfiguration(file)
  assert.ok('url' in server, JSON.stringify(server))
  return { ...server, [Symbol.asyncDispose]: () => server.close() }
}

function clientOf({ url }: RunningServer): BackupClient {
  return new BackupClient({
    endpoint: url,
    region: REGION,
    credentials: { accessKeyId: KEY, secretAccessKey: SECRET },
    maxAttempts: 1,
  })
}

function backup(vault: string) {
  return new StartBackupJobCommand({
    BackupVaultName: vault,
    ResourceArn: RESOURCE,
    IamRoleArn: ROLE,
  })
}

test('a vault too many and a recovery point too many are refused with AWS’s error', async () => {
  using folder = temporaryFolder()
  await using server = await serve(folder.path, { vaultsPerRegion: 1, pointsPerVault: 1 })
  const client = clientOf(server)
  await client.send(new CreateBackupVaultCommand({ BackupVaultName: 'first' }))
  await assert.rejects(client.send(new CreateBackupVaultCommand({ BackupVaultName: 'second' })), {
    name: 'LimitExceededException',
    message: `The limit of 1 backup vaults in ${REGION} has been reached`,
  })
  const { BackupJobId } = await client.send(backup('first'))
  await until(async () => {
    const job = await client.send(new DescribeBackupJobCommand({ BackupJobId }))
    return job.State === 'COMPLETED' ? job : undefined
  })
  await assert.rejects(client.send(backup('first')), { name: 'LimitExceededException' })
})

test('backups of one resource take turns, and all of them come to their end', async () => {
  using folder = temporaryFolder()
  await using server = await serve(folder.path, { jobsPerResource: 1 })
  const client = clientOf(server)
  const names = ['a1', 'b2', 'c3', 'd4']
  for (const name of names) {
    await client.send(new CreateBackupVaultCommand({ BackupVaultName: name }))
  }
  for (const name of names) await client.send(backup(name))
  await until(async () => {
    const { BackupJobs = [] } = await client.send(new ListBackupJobsCommand({}))
    const running = BackupJobs.filter(({ State }) => State === 'RUNNING')
    assert.ok(running.length <= 1, `${running.length} run at once`)
    return BackupJobs.every(({ State }) => State === 'COMPLETED') || undefined
  })
})

test('a recovery point that expires as the clock moves on makes room for another', async (t) => {
  const folder = temporaryFolder()
  const tree = path.join(folder.path, 'tree')
  mkdirSync(tree)
  writeFileSync(path.join(tree, 'file'), 'content')
  const catalogFile = path.join(folder.path, 'catalog.db')
  const options = { disk: new SimDisk(), catalogFile, tree, puts: [] }
  const opened: JobWorld[] = []
  t.after(async () => {
    for (const world of opened) await world.close()
    folder[Symbol.dispose]()
  })
  const open = async (disk: SimDisk) => {
    const world = await JobWorld.open({ ...options, disk })
    opened.push(world)
    return world
  }
  const backUp = (world: JobWorld, token: string) =>
    startBackup(
      { ...world.admission, quotas: { pointsPerVault: 1 } },
      {
        ...{ from: HOME, token, vaultName: 'daily', resourceArn: SIMULATED, roleArn: WORKER },
        lifecycle: { DeleteAfterDays: 7 },
      },
    )
  const world = await open(options.disk)
  await world.makeVault(HOME, 'daily')
  await world.addResource()
  await backUp(world, 'first')
  await world.runAll()
  await assert.rejects(backUp(world, 'second'), (error: { failure?: { code?: string } }) => {
    assert.equal(error.failure?.code, 'QuotaReached')
    return true
  })
  // The clock of the next process is eleven days further on.
  const later = await open(options.disk.afterKill())
  await queueDue(later.context)
  await later.runAll()
  await backUp(later, 'third')
  await later.runAll()
})
