// A job as a row of a board: what is copied, and where to, in few words.

import { parseVaultArn } from '../../model/index.ts'
import type { BoardRow } from './board.ts'
import type { FollowedKind } from './kinds.ts'
import type { JobSnapshot } from './snapshot.ts'

/** The row of a job. */
export function rowOf(kind: FollowedKind, id: string, snapshot: JobSnapshot): BoardRow {
  const job = snapshot.described
  const text = (member: string) => String(job[member] ?? '')
  const resource = text('ResourceName') || tail(text('ResourceArn'))
  const target = text('DestinationBackupVaultArn') || text('BackupVaultArn')
  return {
    kind,
    id,
    what: [text('ResourceType'), resource].filter((word) => word !== '').join(' '),
    to: placeOf(target),
    snapshot,
  }
}

/** `eu-central-1/offsite`, as short as a vault can be named. */
export function placeOf(vaultArn: string): string {
  const vault = parseVaultArn(vaultArn)
  return vault ? `${vault.region}/${vault.name}` : vaultArn
}

const tail = (arn: string) => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
