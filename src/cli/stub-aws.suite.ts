// What AWS answers about one copy, as it was recorded of it in shape: numbers in scientific
// notation, nulls for what is absent, the error's type in a header and a number in the body.

import type { Answering, CannedAnswer } from './stub.suite.ts'

export const SOURCE = 'arn:aws:backup:eu-west-1:123456789012:backup-vault:home'
export const DESTINATION = 'arn:aws:backup:eu-central-1:123456789012:backup-vault:offsite'
export const FOREIGN = 'arn:aws:backup:eu-central-1:210987654321:backup-vault:theirs'
export const POINT = 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0'
export const ROLE = 'arn:aws:iam::123456789012:role/service-role/Copier'
export const COPY_JOB = '47C8EF56-74D8-059D-1301-C5BE1D5C926E'

/** Answers by the beginning of `METHOD path`; the Region is that of the signature. */
export type AwsAnswers = Readonly<Record<string, CannedAnswer | undefined>>

/** An error as AWS spells it. */
export function awsError(type: string, message: string, status = 400): CannedAnswer {
  return {
    status,
    headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/` },
    json: { Code: 'ERROR_9999', Message: message, Type: null, Context: null },
  }
}

/** AWS with these answers over the usual ones. */
export function aws(over: AwsAnswers = {}): Answering {
  return ({ method, url, headers }) => {
    const region = /\/\d{8}\/([\w-]+)\/backup\//.exec(String(headers.authorization))?.[1]
    const asked = `${method} ${region} ${decodeURIComponent(url)}`
    const answers = { ...USUAL, ...over }
    const key = Object.keys(answers)
      .filter((start) => asked.startsWith(start))
      .sort((a, b) => b.length - a.length)[0]
    return (key && answers[key]) || awsError('ResourceNotFoundException', `no answer to ${asked}`)
  }
}

const NUMBERS = (text: string) => ({ body: text })

const USUAL: AwsAnswers = {
  'GET eu-west-1 /backup-vaults/home': NUMBERS(
    `{"BackupVaultName":"home","BackupVaultArn":"${SOURCE}","CreationDate":1.578560834253E9,` +
      '"Locked":false,"MinRetentionDays":null,"MaxRetentionDays":null}',
  ),
  'GET eu-west-1 /backup-vaults/home/access-policy': awsError(
    'ResourceNotFoundException',
    'Policy not found',
  ),
  [`GET eu-west-1 /backup-vaults/home/recovery-points/${POINT}`]: NUMBERS(
    `{"RecoveryPointArn":"${POINT}","BackupVaultName":"home","ResourceType":"EBS",` +
      '"ResourceArn":"arn:aws:ec2:eu-west-1:123456789012:volume/vol-0123456789abcdef0",' +
      '"Status":"COMPLETED","StorageClass":"WARM","CreationDate":1.7952E9,' +
      '"Lifecycle":{"DeleteAfterDays":365,"MoveToColdStorageAfterDays":null},' +
      '"EncryptionKeyArn":"arn:aws:kms:eu-west-1:123456789012:key/1"}',
  ),
  'GET eu-central-1 /backup-vaults/offsite': NUMBERS(
    `{"BackupVaultName":"offsite","BackupVaultArn":"${DESTINATION}","Locked":true,` +
      '"CreationDate":1.578560834253E9,"MinRetentionDays":7,"MaxRetentionDays":30}',
  ),
  'GET eu-central-1 /backup-vaults/offsite/access-policy': awsError(
    'ResourceNotFoundException',
    'Policy not found',
  ),
  'GET eu-west-1 /global-settings': {
    json: { GlobalSettings: { isCrossAccountBackupEnabled: 'true' }, LastUpdateTime: 1.7e9 },
  },
  'GET eu-west-1 /copy-jobs/?': { json: { CopyJobs: [], NextToken: null } },
}

/** A copy job in a state, as DescribeCopyJob answers it. */
export function copyJob(members: Readonly<Record<string, unknown>>): AwsAnswers {
  const job = {
    AccountId: '123456789012',
    CopyJobId: COPY_JOB,
    SourceBackupVaultArn: SOURCE,
    SourceRecoveryPointArn: POINT,
    DestinationBackupVaultArn: DESTINATION,
    DestinationRecoveryPointArn: null,
    ResourceArn: 'arn:aws:ec2:eu-west-1:123456789012:volume/vol-0123456789abcdef0',
    CreationDate: 1.7952e9,
    BackupSizeInBytes: 8_589_934_592,
    IamRoleArn: ROLE,
    ResourceType: 'EBS',
    ...members,
  }
  return { [`GET eu-west-1 /copy-jobs/${COPY_JOB}`]: { json: { CopyJob: job } } }
}
