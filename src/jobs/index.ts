// The door of the jobs: what takes time and must survive a power cut.

export type { BackupRequest } from './admit-backup.ts'
export { startBackup, stopBackup } from './admit-backup.ts'
export type { CopyRequest } from './admit-copy.ts'
export { startCopy } from './admit-copy.ts'
export { lockVault, unlockVault } from './admit-lock.ts'
export { mustFindPoint, mustFindVault } from './admit-lookup.ts'
export type { AdmissionContext, Requester, StartedJob } from './admit-once.ts'
export { confirmPoint, deletePoint, updateLifecycle } from './admit-point.ts'
export type { RestoreRequest } from './admit-restore.ts'
export { startRestore } from './admit-restore.ts'
export type { VaultRequest } from './admit-vault.ts'
export {
  abandonVault,
  admitVault,
  deleteVault,
  startSweep,
} from './admit-vault.ts'
export { startVerify } from './admit-verify.ts'
export type { Comparison, Lacking } from './compare.ts'
export { compareVaults } from './compare.ts'
export type { JobContext, VaultFiles } from './context.ts'
export type { CopyCheck } from './copy-checks.ts'
export { checkCopy, copyOfJob } from './copy-checks.ts'
export { FactsWriter } from './facts.ts'
export { type FileHold, FileHolds } from './file-holds.ts'
export { guarded } from './guarded.ts'
export { clearUp } from './leavings.ts'
export { LifecycleWatch, queueDue } from './lifecycle-watch.ts'
export { foretellCopy } from './preflight.ts'
export type { ProgressBoard } from './progress.ts'
export { MemoryProgressBoard } from './progress.ts'
export type { RebuildContext, RegionToRead } from './rebuild.ts'
export { rebuildCatalog } from './rebuild.ts'
export { finishRotations, rotateKey } from './rotate-key.ts'
export { jobRunners } from './runners.ts'
export { Throttle } from './throttle.ts'
export { finishVaults, makeVault } from './vault-making.ts'
