// The texts of failures that AWS publishes and that name nothing, letter for letter (AWS Backup
// developer guide, "Backup dashboards" and others), and the shape a request would get.

import type { PublishedFailureCode } from '../model/index.ts'
import type { ErrorShape } from './error-shape.ts'

export const PUBLISHED_TEXTS: Readonly<Record<PublishedFailureCode, string>> = {
  CopyRetentionOutOfRange:
    'Copy job failed. The retention specified in the job is not within the range specified for ' +
    'the target Backup Vault.',
  BackupRetentionOutOfRange:
    'Backup job failed because the lifecycle is outside the valid range for backup vault.',
  BackupResourceBusy: 'Backup job failed because there was a running job for the same resource.',
  CopyOrganizationsDiffer:
    'Copy job failed. Both source and destination account must be a member of the same ' +
    'organization.',
  CopyCrossAccountDisabled:
    'Copy job failed. Cross-account copy feature is not enabled for the current organization.',
  CopyDestinationKeyManaged:
    'Copy job failed because the destination Backup vault is encrypted with the default Backup ' +
    'service managed key. The contents of this vault cannot be copied. Only the contents of a ' +
    'Backup vault encrypted by an AWS KMS key may be copied.',
  CopySourceKeyManagedEbs: 'Encrypted snapshots with Amazon EBS default key cannot be shared',
  CopySourceKeyManaged:
    "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
  CopyMarketplaceImage: 'Images from AWS Marketplace cannot be copied to another AWS account.',
  CopyGatewayVaultKey:
    'UnsupportedOperation : Storage Gateway backup copies require a user-created backup vault ' +
    'and key at destination.',
  CopyStorageDenied: 'You do not have permission to access the storage of this ami.',
  CopyTooManyJobs: 'There are too many copy jobs running for resource.',
  CopyTagsUnreadable: 'Access denied exception while trying to list tags',
  CopyTooManyTags: 'The resultant tag set must not have more than 50 user tags.',
  CopyTagsPointUnavailable:
    'We are unable to copy resource tags to your backup because source or destination recovery ' +
    'point is unavailable',
  CopyTagsInternal:
    'We are unable to copy resource tags to your backup because of the Internal Failure.',
  CopyFatal: 'Copy job encountered a fatal error.',
  CopyFatalSupport:
    'Copy job encountered a fatal error. Please contact AWS Support for further assistance.',
  KeyNotAccessible: 'Given key ID is not accessible',
  KeyDoesNotExist: 'Given key ID does not exist',
  ImageKeyNotAccessible:
    'AMI snapshot copy failed with error: Given key ID is not accessible. You must have ' +
    'DescribeKey permissions on the default key',
  RoleNotAuthorized: 'You are not authorized to perform this operation.',
  TokenExpired: 'Token expired. Try again.',
}

/** They end jobs; should one refuse a request, it is said with this shape. */
export const PUBLISHED_SHAPE: ErrorShape = 'InvalidRequestException'
