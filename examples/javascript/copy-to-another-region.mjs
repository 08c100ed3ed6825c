// Backs a resource up, copies the recovery point to another Region and restores from the copy.
//
//   eval "$(copyhold env)"
//   node copy-to-another-region.mjs "$(copyhold resource add directory ./docs --output text)" ./restored
//
// It needs @aws-sdk/client-backup. Nothing in it is Copyhold's own but the metadata that say where
// to restore to.

import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Backup } from '@aws-sdk/client-backup'

const IamRoleArn = 'arn:aws:iam::123456789012:role/backup'
const [, , resource, target] = process.argv
const here = new Backup({})
const away = new Backup({ region: 'us-east-1' })

await madeVault(here, 'daily')
const offsite = await madeVault(away, 'offsite')

const { BackupJobId } = await here.startBackupJob({
  BackupVaultName: 'daily',
  ResourceArn: resource,
  IamRoleArn,
})
const backup = await ended(() => here.describeBackupJob({ BackupJobId }))

const { CopyJobId } = await here.startCopyJob({
  RecoveryPointArn: backup.RecoveryPointArn,
  SourceBackupVaultName: 'daily',
  DestinationBackupVaultArn: offsite,
  IamRoleArn,
  Lifecycle: { DeleteAfterDays: 30 },
})
const copy = await ended(async () => (await here.describeCopyJob({ CopyJobId })).CopyJob)

const { RestoreJobId } = await away.startRestoreJob({
  RecoveryPointArn: copy.DestinationRecoveryPointArn,
  Metadata: { 'copyhold:path': path.resolve(target) },
  IamRoleArn,
})
await ended(() => away.describeRestoreJob({ RestoreJobId }))
process.stdout.write(`restored from ${copy.DestinationRecoveryPointArn} into ${target}\n`)

async function madeVault(client, BackupVaultName) {
  try {
    return (await client.createBackupVault({ BackupVaultName })).BackupVaultArn
  } catch (error) {
    if (error.name !== 'AlreadyExistsException') throw error
    return (await client.describeBackupVault({ BackupVaultName })).BackupVaultArn
  }
}

// Asks until the job has ended; fails with what it failed with.
async function ended(describe) {
  for (;;) {
    const job = await describe()
    const state = job.State ?? job.Status
    if (state === 'COMPLETED') return job
    if (['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'].includes(state)) {
      throw new Error(`${state}: ${job.StatusMessage}`)
    }
    await setTimeout(200)
  }
}
