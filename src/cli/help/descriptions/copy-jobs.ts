// The full descriptions of the operations of copy jobs.

import type { Description } from './description.ts'

const ACCESS_DENIED =
  'A vault of that name does not exist in the Region, or you may not use it; the answer is the ' +
  'same, so that names cannot be guessed. Check --region first.'

const startCopyJob: Description = {
  about: [
    'The copy is a recovery point of its own: encrypted under the key of the destination’s vault, ' +
      'with its own lifecycle, and it stays when the original is deleted. The destination may be in ' +
      'another Region or, where an organization allows it, in another account.',
    'The command prints the id of the copy job and ends; the copying goes on in the service. With ' +
      '--wait it follows the job to its end. A Copyhold server moves only the data that the ' +
      'destination lacks, checks it, and makes the new recovery point visible only when whole.',
  ],
  options: {
    RecoveryPointArn: 'The recovery point to copy. It must be COMPLETED and not in cold storage.',
    SourceBackupVaultName:
      'The name of the vault that holds the recovery point, in the Region of this command.',
    DestinationBackupVaultArn:
      'The vault to copy into, by its ARN: this says the Region and the account as well. For ' +
      'example arn:aws:backup:us-east-1:123456789012:backup-vault:offsite',
    IamRoleArn:
      'The role that reads the recovery point and writes the copy. It must trust ' +
      'backup.amazonaws.com, and you must be allowed to pass it.',
    Lifecycle:
      'The lifecycle of the copy. A member that you do not give is as with the original: a copy made late is ' +
      'deleted with the original, because days count from the original’s creation. -1 means the ' +
      'same; to keep a copy longer than an original that ends, give the days.',
  },
  examples: [
    {
      what: 'Copy a recovery point into another Region and wait for the end',
      command: [
        'copyhold backup start-copy-job --wait \\',
        '  --recovery-point-arn "$POINT" --source-backup-vault-name daily \\',
        '  --destination-backup-vault-arn \\',
        '    arn:aws:backup:us-east-1:123456789012:backup-vault:offsite \\',
        '  --iam-role-arn arn:aws:iam::123456789012:role/backup',
      ].join('\n'),
    },
    {
      what: 'Keep the copy for a year, however long the original is kept',
      command: 'copyhold backup start-copy-job … --lifecycle DeleteAfterDays=365',
    },
    {
      what: 'Write the arguments down once, then use them',
      command: [
        'copyhold backup start-copy-job --generate-cli-skeleton yaml-input > copy.yaml',
        'copyhold backup start-copy-job --cli-input-yaml file://copy.yaml',
      ].join('\n'),
    },
    { what: 'See whether it would work, before', command: 'copyhold preflight …same arguments…' },
  ],
  failures: [
    { sign: 'AccessDeniedException: Insufficient privileges', meaning: ACCESS_DENIED },
    {
      sign: 'ResourceNotFoundException',
      meaning: 'The recovery point is not in the vault that --source-backup-vault-name names.',
    },
    {
      sign: 'InvalidParameterValueException: Invalid lifecycle',
      meaning:
        'The days are out of range, or a point would be cold for less than 90 days before it goes.',
    },
    {
      sign: 'InvalidRequestException',
      meaning: 'Continuous recovery points, and those in cold storage, cannot be copied.',
    },
    {
      sign: 'the job FAILED: retention not within the range',
      meaning:
        'The destination vault is locked, and the copy’s days are outside its limits: give ' +
        '--lifecycle with days inside them.',
    },
    {
      sign: 'the job FAILED: Access Denied trying to call',
      meaning:
        'The destination is in another account, and its vault’s policy does not allow ' +
        'backup:CopyIntoBackupVault to you. `copyhold explain JOB` shows the statement it needs.',
    },
  ],
}

const describeCopyJob: Description = {
  about: [
    'A copy job is CREATED while it waits, RUNNING while it copies, and ends COMPLETED, PARTIAL ' +
      '(some of its parts did not) or FAILED; StatusMessage says why. Job records are kept for 30 ' +
      'days after the end.',
  ],
  examples: [
    {
      what: 'The state and, once there is one, the new recovery point',
      command: [
        'copyhold backup describe-copy-job --copy-job-id "$JOB" \\',
        "  --query 'CopyJob.[State, DestinationRecoveryPointArn]' --output text",
      ].join('\n'),
    },
    {
      what: 'Wait for the end instead of asking again and again',
      command: 'copyhold wait copy-job-completed --copy-job-id "$JOB"',
    },
    { what: 'Why it failed, and what helps', command: 'copyhold explain "$JOB"' },
  ],
  failures: [
    {
      sign: 'ResourceNotFoundException',
      meaning:
        'No such job in this account and Region. A copy job belongs to the Region it was started ' +
        'in, which is that of the source.',
    },
  ],
}

const listCopyJobs: Description = {
  about: [
    'Jobs are those started in this Region, whatever Region they copy to. Filters are combined; ' +
      'all pages are fetched unless --max-items or --no-paginate says otherwise.',
  ],
  examples: [
    {
      what: 'The copies that are running',
      command: 'copyhold backup list-copy-jobs --by-state RUNNING --output table',
    },
    {
      what: 'What failed since yesterday, with the reason',
      command: [
        'copyhold backup list-copy-jobs --by-state FAILED \\',
        '  --by-created-after "$(date -u -d yesterday +%FT%TZ)" \\',
        "  --query 'CopyJobs[].[CopyJobId, ResourceArn, StatusMessage]' --output text",
      ].join('\n'),
    },
    {
      what: 'Where a recovery point was copied to',
      command: [
        'copyhold backup list-copy-jobs --by-source-recovery-point-arn "$POINT" \\',
        "  --query 'CopyJobs[].DestinationBackupVaultArn'",
      ].join('\n'),
    },
  ],
  failures: [
    {
      sign: 'an empty list',
      meaning: 'Another Region, or the jobs ended more than 30 days ago.',
    },
  ],
}

export const COPY_JOBS: Readonly<Record<string, Description>> = {
  StartCopyJob: startCopyJob,
  DescribeCopyJob: describeCopyJob,
  ListCopyJobs: listCopyJobs,
}
