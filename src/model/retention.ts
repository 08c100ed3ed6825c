// The door within the door to what keeps recovery points and what ends them.

export { checkCopySource, fitsRetention, isRoleArn } from './copy-rules.ts'
export { DeletionPermit, ResetPermit, VaultDeletionPermit } from './deletion-permit.ts'
export type { Lifecycle, RequestedLifecycle } from './lifecycle.ts'
export {
  backupLifecycle,
  calculatedLifecycle,
  checkCopyLifecycle,
  checkLifecycle,
  copyLifecycle,
} from './lifecycle.ts'
export { changedLifecycle, nextLifecycleStep } from './lifecycle-change.ts'
export { pointEnd } from './point-end.ts'
export type { LockRequest, VaultLock } from './vault-lock.ts'
export { checkLockChange, requestedLock } from './vault-lock.ts'
