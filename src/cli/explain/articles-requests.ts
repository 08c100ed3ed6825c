// Requests that are refused because of what they say, and limits.

import { type Article, command } from './article.ts'
import { retry } from './articles-access.ts'

/** Articles about requests. */
export const REQUESTS: readonly Article[] = [
  {
    id: 'missing-parameter',
    title: 'A required parameter is missing',
    appears: 'request',
    said: 'AWS',
    texts: ['Missing required parameter {name}'],
    like: [/MissingParameterValue/i],
    means:
      'A copy needs the recovery point, the name of its vault, the ARN of the ' +
      'destination vault and a role.',
    fixes: (fill) => [{ do: 'Give them all.', paste: retry(fill) }],
  },
  {
    id: 'vault-name-invalid',
    title: 'That is not a name for a vault',
    appears: 'request',
    said: 'AWS',
    texts: ['Backup vault name {name} is not valid'],
    means:
      'Names of vaults are of 2 to 50 letters, digits, hyphens and underscores. The parameter ' +
      'for the source takes the name, not the ARN.',
    fixes: (fill) => [
      {
        do: 'See which vaults there are.',
        paste: command(`copyhold backup list-backup-vaults --region ${fill('sourceRegion')}`),
      },
    ],
  },
  {
    id: 'unsupported-arn',
    title: 'That ARN is of the wrong kind, or its type cannot be backed up here',
    appears: 'request',
    said: 'AWS',
    texts: ['Unsupported resource type: {name}'],
    means:
      'The ARN is malformed, or of another kind than the parameter takes: a recovery point where ' +
      'a resource is meant, the other way round, or a vault spelled with :vault: for ' +
      ':backup-vault:. A backup of any resource but a folder, which has the form of an EFS file ' +
      'system, is refused so too: `get-supported-resource-types` lists what this server backs up.',
    fixes: (fill) => [
      {
        do: 'Take the ARN from a list.',
        paste: command(
          'copyhold backup list-recovery-points-by-backup-vault --region ' +
            `${fill('sourceRegion')} --backup-vault-name ${fill('sourceVaultName')} --query ` +
            "'RecoveryPoints[].RecoveryPointArn'",
        ),
      },
    ],
  },
  {
    id: 'parameter-invalid',
    title: 'A parameter has a value that is not allowed',
    appears: 'request',
    said: 'Copyhold',
    texts: ['Invalid value for {name}: {reason}'],
    means: 'The parameter {name} is refused: {reason}.',
    fixes: (fill) => [{ do: `Correct ${fill('name')}.` }],
  },
  {
    id: 'lifecycle-days',
    title: 'The retention is out of bounds',
    appears: 'request',
    said: 'AWS',
    texts: [
      'Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days',
      'Invalid lifecycle. MoveToColdStorageAfterDays cannot be less than 1 or more than 36500 days',
      'Invalid lifecycle. MoveToColdStorageAfterDays is unavailable',
    ],
    means:
      'Both numbers of a lifecycle go from 1 to 36500 days. In the lifecycle of a copy -1 means ' +
      'that of the source, not for ever; zero is not a way to say never. Continuous backups ' +
      'never move to cold storage.',
    fixes: () => [
      {
        do: 'Remove the member that you do not mean.',
        paste: command('--lifecycle DeleteAfterDays=30'),
      },
    ],
  },
  {
    id: 'lifecycle-too-close',
    title: 'Cold storage lasts at least ninety days',
    appears: 'request',
    said: 'AWS',
    texts: [
      'Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from ' +
        'MoveToColdStorageAfterDays',
    ],
    means:
      'What moves to cold storage stays there for ninety days at least, so the end comes ninety ' +
      'days after the move or later. If the request names only the move, the end is that of the ' +
      'source, and the two together are checked.',
    fixes: () => [
      {
        do: 'Name both, ninety days apart.',
        paste: command('--lifecycle MoveToColdStorageAfterDays=30,DeleteAfterDays=120'),
      },
    ],
  },
  {
    id: 'lifecycle-member',
    title: 'The lifecycle says what a request cannot say',
    appears: 'request',
    said: 'AWS',
    texts: [
      'Invalid lifecycle. DeleteAfterEvent is not valid as an input',
      'Invalid lifecycle. EBS Cold Tier is not yet supported.',
    ],
    means:
      'DeleteAfterEvent is only ever set by AWS; OptInToArchiveForSupportedResources only works ' +
      'where snapshots of EBS can be archived.',
    fixes: () => [{ do: 'Leave the member out, even when it is false.' }],
  },
  {
    id: 'idempotency-conflict',
    title: 'The token was used for another request',
    appears: 'request',
    said: 'Copyhold',
    texts: ['IdempotencyToken {name} was already used with other parameters'],
    means:
      'The same token with the same parameters answers with the first job; with other parameters ' +
      'it is a mistake.',
    fixes: () => [
      {
        do:
          'Leave the token out, so that a new one is drawn, or make it from what is ' +
          'copied where.',
      },
    ],
  },
  {
    id: 'limit',
    title: 'A limit is reached',
    appears: 'both',
    said: 'AWS',
    texts: [],
    like: [/LimitExceeded|limit exceeded/i],
    means:
      'A quota of AWS Backup is used up: 300 vaults a Region, a hundred copies at a time into a ' +
      'Region, three hundred backups. Copies mostly wait in CREATED rather than fail.',
    fixes: () => [
      { do: 'Wait for what runs.', paste: command('copyhold watch') },
      {
        do: 'Or have the quota raised.',
        paste: command('aws service-quotas list-service-quotas --service-code backup'),
      },
    ],
  },
  {
    id: 'job-unknown',
    title: 'There is no such job',
    appears: 'request',
    said: 'Copyhold',
    texts: ['Cannot find {name} job with ID {jobId}'],
    means:
      'Jobs are kept thirty days after their end, and shown in the Region and account that ' +
      'started them: a copy belongs to its source, not to its destination.',
    fixes: (fill) => [
      {
        do: 'Ask where the copy started.',
        paste: command(`copyhold backup list-copy-jobs --region ${fill('sourceRegion')}`),
      },
    ],
  },
]
