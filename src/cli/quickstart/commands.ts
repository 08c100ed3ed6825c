// The commands that repeat a quickstart by hand, with AWS's own command line.

import { ACCOUNT, DESTINATION, ROLE_ARN, SOURCE } from './names.ts'

/** Lines to paste, for a server with the usual port; without a folder they make one. */
export function repeatingCommands(tree?: string): string[] {
  const quoted = tree === undefined ? '/tmp/copyhold-notes' : `'${tree.replaceAll("'", "'\\''")}'`
  const made = [
    'mkdir -p /tmp/copyhold-notes',
    "echo 'worth keeping' > /tmp/copyhold-notes/first.txt",
  ]
  const from = `--region ${SOURCE.region}`
  const to = `--region ${DESTINATION.region}`
  const { region, vault } = DESTINATION
  const vaultArn = `arn:aws:backup:${region}:${ACCOUNT}:backup-vault:${vault}`
  return [
    '# a server, in a terminal of its own:',
    'npx copyhold dev --data ./copyhold-data --restore-root /tmp',
    '',
    '# the 12 digits name the account, the secret may be anything:',
    'export AWS_ENDPOINT_URL_BACKUP=http://127.0.0.1:8750',
    `export AWS_ACCESS_KEY_ID=${ACCOUNT} AWS_SECRET_ACCESS_KEY=anything`,
    `ROLE=${ROLE_ARN}`,
    ...(tree === undefined ? made : []),
    `RESOURCE=$(npx copyhold resource add directory ${quoted} ${from} --output text)`,
    '',
    `aws backup create-backup-vault ${from} --backup-vault-name ${SOURCE.vault}`,
    `aws backup create-backup-vault ${to} --backup-vault-name ${DESTINATION.vault}`,
    '',
    `JOB=$(aws backup start-backup-job ${from} --backup-vault-name ${SOURCE.vault} \\`,
    '  --resource-arn "$RESOURCE" --iam-role-arn "$ROLE" --query BackupJobId --output text)',
    ...untilEnded(`describe-backup-job ${from} --backup-job-id`, 'State'),
    `POINT=$(aws backup describe-backup-job ${from} --backup-job-id "$JOB" \\`,
    '  --query RecoveryPointArn --output text)',
    '',
    `JOB=$(aws backup start-copy-job ${from} --recovery-point-arn "$POINT" \\`,
    `  --source-backup-vault-name ${SOURCE.vault} --iam-role-arn "$ROLE" \\`,
    `  --destination-backup-vault-arn ${vaultArn} --query CopyJobId --output text)`,
    ...untilEnded(`describe-copy-job ${from} --copy-job-id`, 'CopyJob.State'),
    `COPY=$(aws backup describe-copy-job ${from} --copy-job-id "$JOB" \\`,
    '  --query CopyJob.DestinationRecoveryPointArn --output text)',
    '',
    `JOB=$(aws backup start-restore-job ${to} --recovery-point-arn "$COPY" \\`,
    '  --iam-role-arn "$ROLE" --metadata copyhold:path=/tmp/copyhold-restored \\',
    '  --query RestoreJobId --output text)',
    ...untilEnded(`describe-restore-job ${to} --restore-job-id`, 'Status'),
    '',
    '# `npx copyhold backup …` takes the same arguments, and --wait follows a job to its end.',
  ]
}

/** Asks until the job has ended, and prints how. */
const untilEnded = (describe: string, state: string) => [
  `until aws backup ${describe} "$JOB" \\`,
  `  --query ${state} --output text | grep -E 'COMPLETED|FAILED'; do sleep 1; done`,
]
