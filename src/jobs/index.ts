// The door of the jobs: what takes time and must survive a power cut.

export type { JobContext, VaultFiles } from './context.ts'
export type { ProgressBoard } from './progress.ts'
export { MemoryProgressBoard } from './progress.ts'
export { jobRunners } from './runners.ts'
export { finishVaults, makeVault } from './vault-making.ts'
