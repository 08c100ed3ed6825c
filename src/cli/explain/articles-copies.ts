// Failures of what is copied: its lifecycle, type, state and tags, and of how many at once.

import { type Article, command, type Fill, policy } from './article.ts'
import { retry } from './articles-access.ts'

const describePoint = (fill: Fill) =>
  command(
    `copyhold backup describe-recovery-point --region ${fill('sourceRegion')} ` +
      `--backup-vault-name ${fill('sourceVaultName')} ` +
      `--recovery-point-arn ${fill('recoveryPointArn')}`,
  )

const backUpAgain = (fill: Fill) =>
  command(
    `copyhold backup start-backup-job --region ${fill('sourceRegion')} ` +
      `--backup-vault-name ${fill('sourceVaultName')} --resource-arn ${fill('resourceArn')} ` +
      `--iam-role-arn ${fill('roleArn')} --wait`,
  )

/** Articles about copies themselves. */
export const COPIES: readonly Article[] = [
  {
    id: 'retention-out-of-range',
    title: 'The retention does not fit the locked destination vault',
    appears: 'job',
    said: 'AWS',
    texts: [
      'Copy job failed. The retention specified in the job is not within the range specified for ' +
        'the target Backup Vault.',
    ],
    like: [/retention specified in the job is not within the range/i],
    means:
      'The lock of the destination vault takes only recovery points that are kept from ' +
      '{minRetentionDays} to {maxRetentionDays} days; this one would be kept {retention}. ' +
      'Without a lifecycle of its own a copy takes that of its source; without any end it counts ' +
      'as kept longer than any maximum. What is compared are the days of the lifecycle, not the ' +
      'days that are left.',
    fixes: (fill) => [
      {
        do:
          `Give the copy a lifecycle of ${fill('minRetentionDays')} to ` +
          `${fill('maxRetentionDays')} days.`,
        paste: command(
          `copyhold backup start-copy-job --region ${fill('sourceRegion')} ` +
            `--recovery-point-arn ${fill('recoveryPointArn')} ` +
            `--source-backup-vault-name ${fill('sourceVaultName')} ` +
            `--destination-backup-vault-arn ${fill('destinationVaultArn')} ` +
            `--iam-role-arn ${fill('roleArn')} ` +
            `--lifecycle DeleteAfterDays=${fillDays(fill)} --wait`,
        ),
      },
      {
        do:
          'Or copy into a vault whose lock takes this retention. A lock in compliance ' +
          'mode cannot be changed once its grace period is over.',
      },
    ],
  },
  {
    id: 'type-unsupported',
    title: 'This type of resource cannot be copied on this way',
    appears: 'job',
    said: 'AWS',
    texts: [
      'Copy job from {sourceRegion} to {destinationRegion} cannot be initiated for ' +
        '{resourceType} resources. Feature is not supported for provided resource type.',
    ],
    like: [/Feature is not supported for provided resource type/i],
    means:
      'AWS Backup does not copy recovery points of {resourceType} from {sourceRegion} to ' +
      '{destinationRegion}. Some types are never copied (Redshift, DynamoDB without its advanced ' +
      'features, FSx for ONTAP, Multi-AZ clusters of RDS), some not across accounts and Regions ' +
      'in one step, some not into Regions that are opted into.',
    fixes: (fill) => [
      {
        do: 'Ask which types the Region supports.',
        paste: command(
          `copyhold backup get-supported-resource-types --region ${fill('sourceRegion')}`,
        ),
      },
      {
        do:
          'Copy in two steps: into another Region of the same account first, from there ' +
          'into the other account.',
      },
    ],
  },
  {
    id: 'too-many-jobs',
    title: 'Too many copies of this resource at once',
    appears: 'job',
    said: 'AWS',
    texts: ['There are too many copy jobs running for resource.'],
    means:
      'One backup or copy of a resource runs at a time, and a destination Region takes some ' +
      'thirty copies of one resource from other accounts. Those above wait; above that, they fail.',
    fixes: (fill) => [
      {
        do: 'See what runs for the resource; start again when it is done.',
        paste: command(
          `copyhold backup list-copy-jobs --region ${fill('sourceRegion')} ` +
            `--by-resource-arn ${fill('resourceArn')} --by-state RUNNING`,
        ),
      },
      {
        do: 'Copy many points in turn rather than at once.',
        paste: command(
          `copyhold copy --region ${fill('sourceRegion')} --from ` +
            `${fill('sourceVaultName')} --to ${fill('destinationVaultArn')} --missing-only ` +
            '--concurrency 1',
        ),
      },
    ],
  },
  {
    id: 'too-many-tags',
    title: 'The copy would have more than fifty tags',
    appears: 'job',
    said: 'AWS',
    texts: ['The resultant tag set must not have more than 50 user tags.'],
    means:
      "A copy made by a plan carries the tags of its source and those of the plan's rule. " +
      'Together they are more than the fifty a recovery point may have.',
    fixes: (fill) => [
      {
        do: 'See the tags of the source; take some off, or out of the rule.',
        paste: command(
          `copyhold backup list-tags --region ${fill('sourceRegion')} --resource-arn ` +
            `${fill('recoveryPointArn')}`,
        ),
      },
    ],
  },
  {
    id: 'tags-not-copied',
    title: 'The tags could not be copied',
    appears: 'job',
    said: 'AWS',
    texts: [
      'We are unable to copy resource tags to your backup because source or destination recovery ' +
        'point is unavailable',
      'We are unable to copy resource tags to your backup because of the Internal Failure.',
    ],
    like: [/unable to copy resource tags/i],
    means:
      'The recovery point, or its copy, was gone or not reachable when the tags were put on the ' +
      'copy, or AWS failed inside. The data may have been copied all the same.',
    fixes: (fill) => [
      {
        do: 'See whether there is a copy.',
        paste: command(
          'copyhold backup list-recovery-points-by-backup-vault --region ' +
            `${fill('destinationRegion')} --backup-vault-name ` +
            `${fill('destinationVaultName')} --by-resource-arn ${fill('resourceArn')}`,
        ),
      },
      { do: 'If no copy is there, copy again.', paste: retry(fill) },
    ],
  },
  {
    id: 'option-group',
    title: 'The option group of the database is missing in the destination Region',
    appears: 'job',
    said: 'AWS',
    texts: ['The snapshot requires a target option group with the following options: {reason}'],
    means:
      'A snapshot of RDS whose database uses options (TDE, Oracle or SQL Server features) needs ' +
      'an option group with the same options where it is copied to.',
    fixes: (fill) => [
      {
        do:
          'Make an option group with these options there, or take the options off the ' +
          'database before the backup.',
        paste: command(
          `aws rds create-option-group --region ${fill('destinationRegion')} ` +
            '--option-group-name <name> --engine-name <engine> --major-engine-version ' +
            '<version> --option-group-description copies',
        ),
      },
    ],
  },
  {
    id: 'marketplace-image',
    title: 'Images of the Marketplace stay in their account',
    appears: 'job',
    said: 'AWS',
    texts: ['Images from AWS Marketplace cannot be copied to another AWS account.'],
    means: 'The instance was started from an image of AWS Marketplace, whose licence forbids it.',
    fixes: () => [
      { do: 'Copy to another Region of the same account instead, or back the volumes up as EBS.' },
    ],
  },
  {
    id: 'image-not-allowed',
    title: 'The setting Allowed AMIs hides the image',
    appears: 'job',
    said: 'AWS',
    texts: ['Source AMI {name} not found in Region.'],
    like: [/Source AMI \S+ not found in Region/i],
    means:
      'EC2 is set to allow only images of certain owners, and the image of the backup is of none ' +
      'of them; so the copy does not find it.',
    fixes: (fill) => [
      {
        do: 'Add the account of the backup to the allowed owners, or switch the setting off.',
        paste: command(`aws ec2 get-allowed-images-settings --region ${fill('destinationRegion')}`),
      },
    ],
  },
  {
    id: 'recovery-point-gone',
    title: 'The recovery point is not there',
    appears: 'both',
    said: 'AWS',
    texts: ['Cannot find recovery point {recoveryPointArn}', 'Cannot find recovery point.'],
    like: [/cannot find recovery point/i, /resource not found/i, /no longer available/i],
    means:
      'The recovery point is not in the vault that was named: it expired or was deleted before ' +
      'the job came to it, or it lies in another vault. The ARN of a recovery point does not say ' +
      'in which vault it lies.',
    fixes: (fill) => [
      {
        do: `See in which vaults ${fill('resourceArn')} has recovery points.`,
        paste: command(
          'copyhold backup list-recovery-points-by-resource --region ' +
            `${fill('sourceRegion')} --resource-arn ${fill('resourceArn')}`,
        ),
      },
    ],
  },
  {
    id: 'destination-vault-missing',
    title: 'The destination vault does not exist',
    appears: 'both',
    said: 'AWS',
    texts: [
      'Copy job failed because backup vault {destinationVaultArn} does not exist.',
      'Backup job failed because backup vault {destinationVaultArn} does not exist.',
      'Backup vault {destinationVaultName} does not exist',
    ],
    means:
      'There is no vault of that name in that Region and account, or it was deleted while the ' +
      'job waited. Names are case-sensitive; the Region and the account stand in the ARN.',
    fixes: (fill) => [
      {
        do: 'Make it, or mend the ARN.',
        paste: command(
          `copyhold backup create-backup-vault --region ${fill('destinationRegion')} ` +
            `--backup-vault-name ${fill('destinationVaultName')}`,
        ),
      },
    ],
  },
  {
    id: 'continuous',
    title: 'A continuous recovery point is not copied on demand',
    appears: 'request',
    said: 'AWS',
    texts: [
      'Recovery point {recoveryPointArn} is continuous and does not support on-demand copies',
    ],
    like: [
      /does not support (?:on-demand copies of )?continuous backups/i,
      /does not support on-demand copies/i,
    ],
    means:
      'A recovery point for point-in-time recovery grows all the time. Only a plan copies from ' +
      'it, by taking a snapshot first.',
    fixes: (fill) => [
      { do: 'Take a snapshot on demand, and copy that.', paste: backUpAgain(fill) },
    ],
  },
  {
    id: 'cold',
    title: 'A recovery point in cold storage cannot be copied',
    appears: 'request',
    said: 'AWS',
    texts: ['Recovery point {recoveryPointArn} is in cold storage and cannot be copied'],
    like: [/in cold storage|archive tier/i],
    means:
      'Once a recovery point has moved to cold storage (or its snapshot to the archive), it can ' +
      'be restored but no longer copied.',
    fixes: (fill) => [
      { do: 'Copy a younger one, or make one.', paste: backUpAgain(fill) },
      { do: 'Let copies happen before the move: plans copy right after the backup.' },
    ],
  },
  {
    id: 'recovery-point-state',
    title: 'The recovery point is in a state that forbids it',
    appears: 'request',
    said: 'AWS',
    texts: ['Recovery point {recoveryPointArn} is in the state {status}'],
    means:
      'A recovery point that is being made or deleted, or has expired, is not copied. EXPIRED ' +
      'says that it should be gone but could not be deleted.',
    fixes: (fill) => [{ do: 'See what is wrong with it.', paste: describePoint(fill) }],
  },
  {
    id: 'busy',
    title: 'A job works on it',
    appears: 'request',
    said: 'AWS',
    texts: [
      'Recovery point {recoveryPointArn} is in use by job {jobId}',
      'Backup vault {name} is in use by jobs',
    ],
    means: 'It cannot be deleted while a job reads it or writes to it.',
    fixes: (fill) => [
      {
        do: 'Wait for the job, then try again.',
        paste: command(`copyhold watch ${fill('jobId')}`),
      },
    ],
  },
  {
    id: 'internal',
    title: 'Something failed inside',
    appears: 'job',
    said: 'AWS',
    texts: [
      'Copy job encountered a fatal error.',
      'Copy job encountered a fatal error. Please contact AWS Support for further assistance.',
      'An internal error occurred.',
      'Token expired. Try again.',
    ],
    means:
      'The service failed, not the request. AWS tries for two hours before a job ends so. On a ' +
      'Copyhold the cause stands in the log of the server, under the id of the job.',
    fixes: (fill) => [{ do: 'Start the copy again.', paste: retry(fill) }],
  },
  {
    id: 'copy-rights-scp',
    title: 'A policy of the organization forbids the target',
    appears: 'both',
    said: 'AWS',
    texts: [],
    like: [/backup:CopyFromBackupVault/i, /service control policy/i],
    means:
      'backup:CopyFromBackupVault is denied for this destination, in a service control policy or ' +
      'in the policy of the source vault; its conditions backup:CopyTargets and ' +
      'backup:CopyTargetOrgPaths say where copies may go.',
    fixes: (fill) => [
      {
        do: 'Name the destination among the allowed ones, as here.',
        paste: policy({
          Effect: 'Deny',
          Action: 'backup:CopyFromBackupVault',
          Resource: '*',
          Condition: {
            'ForAllValues:ArnNotLike': { 'backup:CopyTargets': [fill('destinationVaultArn')] },
          },
        }),
      },
    ],
  },
]

function fillDays(fill: Fill): string {
  const days = fill('minRetentionDays')
  return /^\d+$/.test(days) ? days : '<days>'
}
