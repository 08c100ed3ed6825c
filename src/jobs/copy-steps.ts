// The steps that a copy into another vault and a move into a vault's cold part have in common:
// opening both ends, and bringing what a manifest needs from one to the other, proved.

import type { Claim } from '../catalog/index.ts'
import type { Manifest } from '../vault/index.ts'
import { bothEnded, provePacks } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { carryPacks } from './copy-carry.ts'
import { CopyRepairs } from './copy-repair.ts'
import type { CopyRun } from './copy-run.ts'
import { namingDamage, openNaming } from './damage.ts'
import { openMeter } from './progress.ts'
import { admissionOf } from './throttle.ts'

type Route = Pick<CopyRun, 'sourceRow' | 'destinationRow' | 'signal' | 'mode' | 'vaultGone'>

/** Opens both vaults; what is put into the destination goes through the limits. */
export async function openEnds(context: JobContext, claim: Claim, route: Route): Promise<CopyRun> {
  const { sourceRow, destinationRow, signal } = route
  const meter = openMeter(context, claim)
  const admission = admissionOf(context, destinationRow, meter)
  const [source, destination] = await bothEnded(
    openNaming(context, sourceRow),
    openNaming(context, destinationRow, admission),
  )
  const order = { context, jobId: claim.job.id, signal }
  const vaults = [sourceRow, destinationRow]
  const repairs = new CopyRepairs(order, { meter, vaults, account: claim.job.account })
  return { context, claim, ...route, source, destination, meter, repairs }
}

/** Brings all that the manifest needs, proves it, and answers what is to be sealed there. */
export async function carryProved(carrying: CopyRun, manifest: Manifest): Promise<Manifest> {
  const { context, signal, destination, destinationRow, repairs } = carrying
  const { random } = context
  const carried = await carryPacks(carrying, manifest)
  const { unproved } = carried
  await namingDamage(context, [destinationRow], () =>
    repairs.during(() => provePacks({ destination, ...unproved, random, signal })),
  )
  // Before the manifest, so that a later copy finds by it whatever a manifest names.
  if (carried.mappings.length > 0) await destination.maps.write(carried.mappings, random)
  return { ...manifest, ...(await carried.contents()) }
}
