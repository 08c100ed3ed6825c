// Failures of rights: vault policies, organizations, roles, callers. The texts are those of the
// AWS Backup developer guide where it publishes them.

import { type Article, command, type Fill, policy } from './article.ts'

const copyInto = (fill: Fill) =>
  policy({
    Sid: 'AllowCopiesIntoThisVault',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${fill('sourceAccount')}:root` },
    Action: 'backup:CopyIntoBackupVault',
    Resource: '*',
    Condition: { ArnEquals: { 'aws:PrincipalArn': fill('roleArn') } },
  })

const putPolicy = (fill: Fill) =>
  command(
    `copyhold backup put-backup-vault-access-policy --region ${fill('destinationRegion')} ` +
      `--backup-vault-name ${fill('destinationVaultName')} --policy file://policy.json`,
  )

const trustPolicy = policy({
  Effect: 'Allow',
  Principal: { Service: 'backup.amazonaws.com' },
  Action: 'sts:AssumeRole',
})

const passRole = (fill: Fill) =>
  policy({
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: fill('roleArn'),
    Condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
  })

/** Articles about rights. */
export const ACCESS: readonly Article[] = [
  {
    id: 'destination-policy',
    title: "The destination vault's policy does not let the copy in",
    appears: 'job',
    said: 'AWS',
    texts: ['Access Denied trying to call AWS Backup service'],
    means:
      'A copy into a vault of another account needs backup:CopyIntoBackupVault from the access ' +
      'policy of that vault, and no Deny that hits it. The principal that is judged ' +
      "is the copy's " +
      'role, not who started the job. A destination vault that does not exist in the other ' +
      'account reads the same, so that nobody can probe for names; so does a copy into another ' +
      'account on a server that does not connect accounts.',
    fixes: (fill) => [
      {
        do: `Save this as policy.json: it lets the role copy into ${fill('destinationVaultName')}.`,
        paste: copyInto(fill),
      },
      {
        do:
          `As account ${fill('destinationAccount')}, put it on the vault; it replaces the ` +
          'policy that is there.',
        paste: putPolicy(fill),
      },
      { do: `Check that the vault exists: ${fill('destinationVaultArn')}.` },
    ],
  },
  {
    id: 'not-management-account',
    title: 'Only the management account may change that',
    appears: 'request',
    said: 'Copyhold',
    texts: ['Only the management account of the organization, {name}, can change its settings'],
    means:
      'What holds in the whole organization, such as copies between accounts, is set by its ' +
      'management account.',
    fixes: (fill) => [
      {
        do: `Ask again with an access key of account ${fill('name')}.`,
        paste: command(
          'copyhold backup update-global-settings --global-settings ' +
            'isCrossAccountBackupEnabled=true',
        ),
      },
    ],
  },
  {
    id: 'not-one-organization',
    title: 'The accounts are not in one organization',
    appears: 'both',
    said: 'AWS',
    texts: [
      'Copy job failed. Both source and destination account must be a member of the ' +
        'same organization.',
      'Your account is not a member of an organization.',
    ],
    like: [/member of the same organization/i],
    means:
      'Copies between accounts are for accounts of one organization in AWS Organizations; one of ' +
      'the two is in another one, or in none.',
    fixes: (fill) => [
      {
        do:
          `Ask for the organization of account ${fill('sourceAccount')} and of ` +
          `${fill('destinationAccount')}, as each.`,
        paste: command('aws organizations describe-organization'),
      },
      {
        do: 'Invite the one that is missing, from the management account.',
        paste: command(
          'aws organizations invite-account-to-organization --target ' +
            `Id=${fill('destinationAccount')},Type=ACCOUNT`,
        ),
      },
    ],
  },
  {
    id: 'cross-account-off',
    title: 'Copies between accounts are switched off',
    appears: 'job',
    said: 'AWS',
    texts: [
      'Copy job failed. Cross-account copy feature is not enabled for the current organization.',
    ],
    like: [/cross-account copy feature is not enabled/i],
    means:
      'The organization has not switched cross-account backup on, or has just done so: the ' +
      'setting takes up to fifteen minutes to be seen. Only the management account can change ' +
      'it: on `copyhold dev` that is 000000000000, on `copyhold serve` the managementAccount of ' +
      'the configuration.',
    fixes: (fill) => [
      {
        do:
          `With an access key of the management account ${fill('managementAccount')}, switch it ` +
          'on; then start the copy again. On `copyhold dev` put AWS_ACCESS_KEY_ID=000000000000 ' +
          'before the command.',
        paste: command(
          'copyhold backup update-global-settings --global-settings ' +
            'isCrossAccountBackupEnabled=true',
        ),
      },
    ],
  },
  {
    id: 'role-not-assumable',
    title: 'The role cannot be assumed',
    appears: 'both',
    said: 'AWS',
    texts: [
      'IAM Role {roleArn} cannot be assumed by AWS Backup',
      'The provided role {roleArn} cannot be assumed by AWS Backup.',
    ],
    like: [/cannot be assumed by AWS Backup/i],
    means:
      'The role of the job is not there, its ARN is misspelled, it belongs to another account, ' +
      'or its trust policy does not name backup.amazonaws.com. A role made a moment ago may take ' +
      'a minute to be seen.',
    fixes: (fill) => [
      {
        do: `Let AWS Backup assume ${fill('roleArn')}: this is its trust policy.`,
        paste: trustPolicy,
      },
      {
        do: 'Put it on the role.',
        paste: command(
          `aws iam update-assume-role-policy --role-name ${roleName(fill)} ` +
            '--policy-document file://trust.json',
        ),
      },
    ],
  },
  {
    id: 'role-tag-rights',
    title: 'The role may not read or write tags',
    appears: 'job',
    said: 'AWS',
    texts: ['Access denied exception while trying to list tags'],
    means:
      'A copy carries the tags of its source. The role may not list the tags of the source, or ' +
      'not put them on the copy.',
    fixes: (fill) => [
      {
        do:
          `Attach the managed policy for backups to ${fill('roleArn')}; it includes the ` +
          'rights to tags.',
        paste: command(
          `aws iam attach-role-policy --role-name ${roleName(fill)} --policy-arn ` +
            'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
        ),
      },
      {
        do: 'Or add the rights alone.',
        paste: policy({
          Effect: 'Allow',
          Action: ['backup:ListTags', 'backup:TagResource'],
          Resource: '*',
        }),
      },
    ],
  },
  {
    id: 'pass-role',
    title: 'The caller may not hand the role to AWS Backup',
    appears: 'request',
    said: 'AWS',
    texts: ['Cross-account pass role is not allowed.'],
    like: [/is not authorized to perform: iam:PassRole/i],
    means:
      'The caller who starts a copy hands a role over; that needs iam:PassRole on the role, which is of ' +
      "the caller's own account. A condition on iam:PassedToService has to allow " +
      'backup.amazonaws.com.',
    fixes: (fill) => [{ do: 'Allow it in a policy of the caller.', paste: passRole(fill) }],
  },
  {
    id: 'source-policy-deny',
    title: 'A policy of the source vault forbids the copy',
    appears: 'request',
    said: 'AWS',
    texts: [],
    like: [/explicit deny in a resource-based policy/i],
    means:
      'The access policy of the source vault has a Deny for backup:StartCopyJob or for ' +
      'backup:CopyFromBackupVault that hits this caller. The vault that EFS makes for its ' +
      'automatic backups has such a Deny from the start.',
    fixes: (fill) => [
      {
        do: 'Read the policy, and take the Deny out or except the caller from it.',
        paste: command(
          `copyhold backup get-backup-vault-access-policy --region ${fill('sourceRegion')} ` +
            `--backup-vault-name ${fill('sourceVaultName')}`,
        ),
      },
    ],
  },
  {
    id: 'vault-policy-sharing',
    title: 'A vault policy may let other accounts copy in, and nothing else',
    appears: 'request',
    said: 'AWS',
    texts: [
      'The specified policy cannot be added to the vault due to cross-account sharing ' +
        "restrictions. Amend the policy or the vault's settings, then retry request",
    ],
    like: [/cross-account sharing restrictions/i],
    means:
      'A statement of the policy allows an account other than the owner of the vault, or ' +
      'everybody, more than backup:CopyIntoBackupVault.',
    fixes: (fill) => [
      {
        do: 'Allow other accounts this alone, in a statement of its own.',
        paste: copyInto(fill),
      },
    ],
  },
  {
    id: 'sharing-revoked',
    title: 'The sharing of a vault ended during the copy',
    appears: 'job',
    said: 'AWS',
    texts: ['You do not have permission to access the storage of this ami.'],
    means:
      'The recovery point lies in a logically air-gapped vault, and the share of that vault was ' +
      'taken back while the job was at work.',
    fixes: (fill) => [
      {
        do: 'Share the vault again from the account that owns it (AWS RAM), then start again.',
        paste: retry(fill),
      },
    ],
  },
  {
    id: 'unshare-failed',
    title: 'The copy is there, but the source stayed shared',
    appears: 'job',
    said: 'AWS',
    texts: ['Failed to unshare snapshot'],
    means:
      'For a copy into another account the snapshot is shared with it and unshared at the end. ' +
      'The copy is whole; taking the share back failed, mostly because the role was deleted ' +
      'meanwhile.',
    fixes: (fill) => [
      { do: `Make the role ${fill('roleArn')} again if it is gone.` },
      {
        do: 'Take the share off the snapshot by hand, here for EBS.',
        paste: command(
          'aws ec2 modify-snapshot-attribute --snapshot-id <snapshot> --attribute ' +
            'createVolumePermission --operation-type remove --user-ids ' +
            `${fill('destinationAccount')}`,
        ),
      },
    ],
  },
  {
    id: 'insufficient-privileges',
    title: 'The vault is not there, or may not be seen',
    appears: 'request',
    said: 'AWS',
    texts: ['Insufficient privileges to perform this action.'],
    means:
      'AWS answers the same for a vault that does not exist in this account and Region, and for ' +
      'one the caller may not see. A wrong Region is the usual cause: the request goes to the ' +
      'Region of the source vault.',
    fixes: (fill) => [
      {
        do: 'Look which vaults there are; names are case-sensitive.',
        paste: command(
          `copyhold backup list-backup-vaults --region ${fill('sourceRegion')} --query ` +
            "'BackupVaultList[].BackupVaultName'",
        ),
      },
      {
        do: 'If it is there, the caller needs this.',
        paste: policy({
          Effect: 'Allow',
          Action: ['backup:DescribeBackupVault', 'backup:StartCopyJob'],
          Resource: '*',
        }),
      },
    ],
  },
  {
    id: 'role-rights',
    title: 'The role has too few rights',
    appears: 'job',
    said: 'AWS',
    texts: ['You are not authorized to perform this operation.'],
    like: [
      /not authorized to/i,
      /access denied/i,
      /does not have permission/i,
      /missing permission/i,
    ],
    means:
      'While the job ran, something was refused to its role. What was refused stands in the ' +
      'message or, for this time and role, in CloudTrail.',
    fixes: (fill) => [
      {
        do: `Attach the managed policy for backups and copies to ${fill('roleArn')}.`,
        paste: command(
          `aws iam attach-role-policy --role-name ${roleName(fill)} --policy-arn ` +
            'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
        ),
      },
      { do: 'Look for a service control policy or a permissions boundary that takes rights away.' },
    ],
  },
]

/** The role's name without its path. */
function roleName(fill: Fill): string {
  const arn = fill('roleArn')
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** The copy once more. */
export function retry(fill: Fill) {
  return command(
    `copyhold backup start-copy-job --region ${fill('sourceRegion')} ` +
      `--recovery-point-arn ${fill('recoveryPointArn')} ` +
      `--source-backup-vault-name ${fill('sourceVaultName')} ` +
      `--destination-backup-vault-arn ${fill('destinationVaultArn')} ` +
      `--iam-role-arn ${fill('roleArn')} --wait`,
  )
}
