// New work is not begun on a disk that is nearly full: the job waits, says so, and goes on when
// there is room. What makes room is never kept from it.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { jobs, vaults } from '../catalog/index.ts'
import { type JobDetail, parseVaultArn } from '../model/index.ts'
import type { Room } from '../world/index.ts'
import type { JobContext } from './context.ts'

type RoomContext = Pick<JobContext, 'catalog' | 'clock' | 'log' | 'rooms'>

const MIB = 1024 * 1024
/** How often a job that waits looks again. */
const LOOK_AGAIN_MS = 10_000

/**
 * With less free no new work is begun: 1 % of the file system and at least 256 MiB, for which never
 * more than 5 % is asked, so that a small disk can be filled as well.
 */
export function bytesToBegin({ sizeBytes }: Room): number {
  return Math.max(sizeBytes / 100, Math.min(256 * MIB, sizeBytes / 20))
}

/** Gives the job back until there may be room for it: true. One that is to stop need not wait. */
export async function waitsForRoom(
  context: RoomContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<boolean> {
  const { catalog, clock, log } = context
  if (!context.rooms || signal.aborted || isOverdue(claim, clock.now())) return false
  const store = await storeOf(context, claim.job.detail)
  const waitingFor = catalogLack(context) ?? (store && storeLack(context, store))
  if (waitingFor === undefined) return false
  const { id, kind, attempt } = claim.job
  if (attempt === 1) log.warn({ job: id, kind, reason: waitingFor }, 'a job waits for room')
  const dueAt = clock.now() + LOOK_AGAIN_MS
  await catalog.transaction((tx) => jobs.pause(tx, claim, { dueAt, waitingFor }))
  return true
}

/** A backup whose time to begin is over ends; it waits for nothing. */
function isOverdue({ job }: Claim, now: number): boolean {
  const startBy = job.detail.kind === 'backup' ? job.detail.startBy : undefined
  return job.startedAt === undefined && startBy !== undefined && now > startBy
}

/** Where the job writes to, whether or not its vault is there: that is not told here. */
async function storeOf(
  { catalog }: RoomContext,
  detail: JobDetail,
): Promise<Pick<VaultRow, 'region' | 'type'> | undefined> {
  switch (detail.kind) {
    case 'backup':
      return catalog.read((tx) => vaults.byId(tx, detail.vaultId))
    case 'copy': {
      const destination = parseVaultArn(detail.destinationVaultArn)
      return destination && { region: destination.region, type: 'BACKUP_VAULT' }
    }
    case 'cool': {
      const vault = await catalog.read((tx) => vaults.byId(tx, detail.vaultId))
      return vault && { region: vault.region, type: 'COLD_PART' }
    }
    default:
      return undefined
  }
}

function catalogLack({ rooms }: Pick<JobContext, 'rooms'>): string | undefined {
  return lackOf('the catalog', rooms?.ofCatalog())
}

/** Why nothing new is put into the store now; undefined when there is room. */
export function storeLack(
  { rooms }: Pick<JobContext, 'rooms'>,
  vault: Pick<VaultRow, 'region' | 'type'>,
): string | undefined {
  const of = `the ${vault.type === 'COLD_PART' ? 'cold ' : ''}store of ${vault.region}`
  return lackOf(of, rooms?.ofStore(vault))
}

function lackOf(of: string, room: Room | undefined): string | undefined {
  if (room === undefined || room.freeBytes >= bytesToBegin(room)) return undefined
  const [free, wanted] = [room.freeBytes, bytesToBegin(room)].map(inMib)
  return `the disk of ${of} is nearly full: ${free} are free, and new work begins with ${wanted}`
}

const inMib = (bytes: number): string => `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`
