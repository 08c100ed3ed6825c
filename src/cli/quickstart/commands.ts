// The commands that repeat a quickstart by hand, with AWS's own command line.

import { ACCOUNT, DESTINATION, ROLE_ARN, SOURCE } from './names.ts'

/** Lines to paste, step by step. */
export function repeatingCommands(tree: string): string[] {
  const quoted = `'${tree.replaceAll("'", "'\\''")}'`
  const copyArn = `arn:aws:backup:${DESTINATION.region}:${ACCOUNT}:backup-vault:${DESTINATION.vault}`
  return [
    'copyhold dev --data ./copyhold-data --restore-root /tmp/copyhold-restored',
    '',
    '# in another terminal; the 12 digits name the account, the secret may be anything:',
    'export AWS_ENDPOINT_URL_BACKUP=http://127.0.0.1:8750',
    `export AWS_ACCESS_KEY_ID=${ACCOUNT} AWS_SECRET_ACCESS_KEY=anything`,
    `copyhold resource add directory ${quoted} --region ${SOURCE.region} --account ${ACCOUNT}`,
    `aws backup create-backup-vault --region ${SOURCE.region} --backup-vault-name ${SOURCE.vault}`,
    `aws backup create-backup-vault --region ${DESTINATION.region} --backup-vault-name ${DESTINATION.vault}`,
    `aws backup start-backup-job --region ${SOURCE.region} --backup-vault-name ${SOURCE.vault} \\`,
    `  --resource-arn RESOURCE_ARN --iam-role-arn ${ROLE_ARN}`,
    `aws backup describe-backup-job --region ${SOURCE.region} --backup-job-id BACKUP_JOB_ID`,
    `aws backup start-copy-job --region ${SOURCE.region} --recovery-point-arn RECOVERY_POINT_ARN \\`,
    `  --source-backup-vault-name ${SOURCE.vault} --iam-role-arn ${ROLE_ARN} \\`,
    `  --destination-backup-vault-arn ${copyArn}`,
    `aws backup describe-copy-job --region ${SOURCE.region} --copy-job-id COPY_JOB_ID`,
    `aws backup start-restore-job --region ${DESTINATION.region} --recovery-point-arn COPY_ARN \\`,
    `  --iam-role-arn ${ROLE_ARN} --metadata copyhold:path=/tmp/copyhold-restored/tree`,
    `aws backup describe-restore-job --region ${DESTINATION.region} --restore-job-id RESTORE_JOB_ID`,
  ]
}
