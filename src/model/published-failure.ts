// The failures of jobs that AWS publishes and that name nothing but themselves (AWS Backup
// developer guide, "Backup dashboards", and the pages on copies, locks and encryption), each with
// the drawer its message lies in. Some happen to resources we do not have; all can be raised on
// purpose in development. Their texts are in `wire/published-texts.ts`.

import type { MessageCategory } from './categories.ts'

/** By code. */
export const PUBLISHED_FAILURES = {
  CopyRetentionOutOfRange: 'LIFECYCLE_MISMATCH',
  BackupRetentionOutOfRange: 'LIFECYCLE_MISMATCH',
  BackupResourceBusy: 'JOB_CONFLICT',
  CopyOrganizationsDiffer: 'ACCESS_DENIED',
  CopyCrossAccountDisabled: 'FEATURE_NOT_ENABLED',
  CopyDestinationKeyManaged: 'ACCESS_DENIED',
  CopySourceKeyManagedEbs: 'ACCESS_DENIED',
  CopySourceKeyManaged: 'ACCESS_DENIED',
  CopyMarketplaceImage: 'ACCESS_DENIED',
  CopyGatewayVaultKey: 'NOT_SUPPORTED',
  CopyStorageDenied: 'ACCESS_DENIED',
  CopyTooManyJobs: 'JOB_CONFLICT',
  CopyTagsUnreadable: 'ACCESS_DENIED',
  CopyTooManyTags: 'LIMIT_EXCEEDED',
  CopyTagsPointUnavailable: 'TAGS_NOT_COPIED',
  CopyTagsInternal: 'TAGS_NOT_COPIED',
  CopyFatal: 'INTERNAL_ERROR',
  CopyFatalSupport: 'INTERNAL_ERROR',
  KeyNotAccessible: 'KMS_KEY_ERROR',
  KeyDoesNotExist: 'KMS_KEY_ERROR',
  ImageKeyNotAccessible: 'KMS_KEY_ERROR',
  RoleNotAuthorized: 'ACCESS_DENIED',
  TokenExpired: 'INTERNAL_ERROR',
} as const satisfies Readonly<Record<string, MessageCategory>>

export type PublishedFailureCode = keyof typeof PUBLISHED_FAILURES

/** One failure of them, so that a code tells which. */
export type PublishedFailure = {
  [Code in PublishedFailureCode]: { readonly code: Code }
}[PublishedFailureCode]
