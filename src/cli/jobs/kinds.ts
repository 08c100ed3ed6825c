// The kinds of job that can be followed, and where AWS is asked about each.

/** Kinds of job that AWS can be asked about. */
export type FollowedKind = 'backup' | 'copy' | 'restore' | 'report' | 'scan'

/** How AWS is asked about a kind of job. */
export interface Asking {
  /** The operation that describes one. */
  readonly describe: string
  /** The member that holds its id: in what the start- operation answers, in what describes it. */
  readonly id: string
  readonly kind: FollowedKind
  /** The member of the answer that holds the job, where the answer is not the job itself. */
  readonly inside?: string
}

/** Every kind and how to ask. */
export const FOLLOWED: Readonly<Record<FollowedKind, Asking>> = {
  backup: { kind: 'backup', describe: 'DescribeBackupJob', id: 'BackupJobId' },
  copy: { kind: 'copy', describe: 'DescribeCopyJob', id: 'CopyJobId', inside: 'CopyJob' },
  restore: { kind: 'restore', describe: 'DescribeRestoreJob', id: 'RestoreJobId' },
  report: { kind: 'report', describe: 'DescribeReportJob', id: 'ReportJobId', inside: 'ReportJob' },
  scan: { kind: 'scan', describe: 'DescribeScanJob', id: 'ScanJobId' },
}

/** How progress is told: a bar on a terminal and lines elsewhere, lines, JSON messages, not. */
export type ProgressStyle = 'auto' | 'lines' | 'json' | 'none'
export const PROGRESS_STYLES: readonly ProgressStyle[] = ['auto', 'lines', 'json', 'none']

/** How a job that was waited for ended, as an exit code. */
export const WAIT_EXIT = { completed: 0, partial: 3, failed: 4, timedOut: 5, unwritten: 6 } as const

/**
 * The exit code of an ended job. A backup that could not read some files has AWS's state COMPLETED
 * and is told from a whole one by its category alone, as is a restore without some entries.
 */
export function exitOfJob(job: {
  readonly kind: string
  readonly state: string
  readonly category?: string | undefined
}): number {
  const { kind, state, category } = job
  if (state === 'COMPLETED') {
    if (category === 'ENTRIES_NOT_RESTORED') return WAIT_EXIT.unwritten
    const isUnread = kind === 'backup' && category === 'MISCELLANEOUS'
    return isUnread ? WAIT_EXIT.partial : WAIT_EXIT.completed
  }
  return state === 'PARTIAL' || state === 'COMPLETED_WITH_ISSUES'
    ? WAIT_EXIT.partial
    : WAIT_EXIT.failed
}
