// Drivers: how one kind of resource is described, read and put back. Today the directory.

export { openDirectoryDriver } from './directory.ts'
export type {
  Driver,
  Reading,
  ReadOptions,
  RestoreReport,
  RestoreRequest,
  RestoreWarning,
  SourceContent,
  SourceEntry,
  SourceItem,
  SourceSkip,
} from './driver.ts'
export { FileSkipped } from './driver.ts'
export { EntryLost } from './lost-entry.ts'
export { serveMaking } from './making-serving.ts'
export { OUTSIDE_ROOTS, type RestoreRoot, rootHolding } from './restore-root.ts'
export {
  countUnread,
  printablePath,
  SKIP_NAMES_MAX,
  SkipTally,
  someOf,
  tellSkips,
} from './skip-tally.ts'
export { serveWalk } from './walk-serving.ts'
