// The full descriptions of the operations of backup and restore jobs.

import type { Description } from './description.ts'

const ROLE_REFUSED = {
  sign: 'InvalidParameterValueException: IAM Role … cannot be assumed',
  meaning: 'There is no such role, or it does not trust backup.amazonaws.com.',
}

const startBackupJob: Description = {
  about: [
    'Backs up as the resource is now. The first backup reads everything; later ones read what has ' +
      'changed and refer to the rest, yet every recovery point is whole on its own.',
    'The command prints the id of the job and ends; with --wait it follows the job to its end.',
  ],
  options: {
    BackupVaultName: 'The vault to back up into, in the Region of the resource.',
    ResourceArn:
      'What to back up. At a Copyhold server `copyhold resource list` shows what there is.',
    Lifecycle: 'When the recovery point grows cold and when it is deleted; never if you give none.',
  },
  examples: [
    {
      what: 'Back up a file system, keep it for 35 days, and wait for the end',
      command: [
        'copyhold backup start-backup-job --wait --backup-vault-name daily \\',
        '  --resource-arn "$RESOURCE" --lifecycle DeleteAfterDays=35 \\',
        '  --iam-role-arn arn:aws:iam::123456789012:role/backup',
      ].join('\n'),
    },
  ],
  failures: [
    ROLE_REFUSED,
    {
      sign: 'AccessDeniedException: Insufficient privileges',
      meaning: 'There is no vault of that name in the Region, or you may not use it.',
    },
    {
      sign: 'the job COMPLETED with the MessageCategory MISCELLANEOUS',
      meaning: 'Some files could not be read; the message names them, and --wait ends with 3.',
    },
    {
      sign: 'the job EXPIRED',
      meaning: 'It did not begin within --start-window-minutes.',
    },
  ],
}

const jobStates =
  'A backup job is CREATED, PENDING while it waits, RUNNING, ABORTING when asked to stop; it ends ' +
  'COMPLETED, PARTIAL, FAILED, ABORTED or EXPIRED.'

const describeBackupJob: Description = {
  about: [jobStates],
  examples: [
    {
      what: 'The recovery point a job made',
      command: [
        'copyhold backup describe-backup-job --backup-job-id "$JOB" \\',
        '  --query RecoveryPointArn --output text',
      ].join('\n'),
    },
  ],
  failures: [
    { sign: 'ResourceNotFoundException', meaning: 'No such job in this account and Region.' },
  ],
}

const listBackupJobs: Description = {
  about: [jobStates, 'Filters are combined; all pages are fetched unless told otherwise.'],
  examples: [
    {
      what: 'What failed, with the reason',
      command: [
        'copyhold backup list-backup-jobs --by-state FAILED \\',
        "  --query 'BackupJobs[].[ResourceArn, StatusMessage]' --output text",
      ].join('\n'),
    },
  ],
}

const stopBackupJob: Description = {
  about: [
    'The job is ABORTING at once and ABORTED when it has stopped. It makes no recovery point.',
  ],
  examples: [
    { what: 'Stop a backup', command: 'copyhold backup stop-backup-job --backup-job-id "$JOB"' },
  ],
  failures: [
    {
      sign: 'InvalidRequestException',
      meaning: 'The job has ended, or its type cannot be stopped.',
    },
  ],
}

const startRestoreJob: Description = {
  about: [
    'Restores a recovery point, original or copy, in the Region it is in. Mistakes in --metadata ' +
      'show later: the job is started and ends FAILED.',
    'For a folder backed up by Copyhold, the metadata copyhold:path names the folder to restore ' +
      'into. It must be empty or absent, and below one that the server was told it may write to.',
  ],
  options: {
    RecoveryPointArn: 'The recovery point to restore.',
    Metadata:
      'How to restore, as names and values. get-recovery-point-restore-metadata prints what the ' +
      'backup knew, to start from.',
    ResourceType: 'The type to restore to, where a recovery point can become several.',
  },
  examples: [
    {
      what: 'Restore a folder and wait for the end',
      command: [
        'copyhold backup start-restore-job --wait --recovery-point-arn "$POINT" \\',
        '  --metadata copyhold:path=$PWD/restored \\',
        '  --iam-role-arn arn:aws:iam::123456789012:role/backup',
      ].join('\n'),
    },
  ],
  failures: [
    ROLE_REFUSED,
    {
      sign: 'ResourceNotFoundException',
      meaning: 'No such recovery point in this Region; a copy is in its own Region.',
    },
    { sign: 'the job FAILED', meaning: 'StatusMessage says what of --metadata could not be done.' },
  ],
}

const describeRestoreJob: Description = {
  about: ['A restore job is PENDING, RUNNING, and ends COMPLETED, FAILED or ABORTED.'],
  examples: [
    {
      what: 'The state, and how far it is',
      command: [
        'copyhold backup describe-restore-job --restore-job-id "$JOB" \\',
        "  --query '[Status, PercentDone]' --output text",
      ].join('\n'),
    },
  ],
}

const listRestoreJobs: Description = {
  about: ['Filters are combined; all pages are fetched unless told otherwise.'],
  examples: [
    {
      what: 'The restores that are running',
      command: 'copyhold backup list-restore-jobs --by-status RUNNING --output table',
    },
  ],
}

export const OTHER_JOBS: Readonly<Record<string, Description>> = {
  StartBackupJob: startBackupJob,
  DescribeBackupJob: describeBackupJob,
  ListBackupJobs: listBackupJobs,
  StopBackupJob: stopBackupJob,
  StartRestoreJob: startRestoreJob,
  DescribeRestoreJob: describeRestoreJob,
  ListRestoreJobs: listRestoreJobs,
}
