// The names of the errors that AWS Backup's answers have.

/** The AWS shapes a failure can take; all but AccessDenied are in the service model. */
export type ErrorShape =
  | 'AccessDeniedException'
  | 'AlreadyExistsException'
  | 'InvalidParameterValueException'
  | 'InvalidRequestException'
  | 'InvalidResourceStateException'
  | 'LimitExceededException'
  | 'MissingParameterValueException'
  | 'ResourceNotFoundException'
  | 'ServiceUnavailableException'
