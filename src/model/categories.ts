// The names of AWS's message categories that jobs here can have.

/** Every category a job of ours can have. */
export type MessageCategory =
  | 'SUCCESS'
  | 'ABORTED'
  | 'JOB_EXPIRED'
  | 'ACCESS_DENIED'
  | 'JOB_CONFLICT'
  | 'FEATURE_NOT_ENABLED'
  | 'LIMIT_EXCEEDED'
  | 'LIFECYCLE_MISMATCH'
  | 'KMS_KEY_ERROR'
  | 'TAGS_NOT_COPIED'
  | 'ENTRIES_NOT_RESTORED'
  | 'RESOURCE_NOT_FOUND'
  | 'INVALID_PARAMETERS'
  | 'NOT_SUPPORTED'
  | 'INTERNAL_ERROR'
  | 'MISCELLANEOUS'
