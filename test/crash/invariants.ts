// The seven MUSTs of docs/design.md, each a function on evidence that answers with what breaks it,
// in sentences; an empty list is the good news. They hold at every moment, also in the middle of
// jobs. What holds only when all jobs have ended and a sweep has passed is `strays`.

import type { PointId, VaultId } from '../../src/model/index.ts'
import { manifestObject } from '../../src/vault/index.ts'
import type { Evidence, PointFact, StoredFile, VaultFact } from './evidence.ts'

/** What was acknowledged to somebody, and so must not be lost. */
export interface Told {
  /** Jobs that were admitted. */
  readonly jobs?: readonly string[]
  /** Jobs that were seen COMPLETED. */
  readonly completed?: readonly string[]
  /** Recovery points whose deletion was accepted. */
  readonly deleted?: readonly string[]
}

/** A manifest is durable only after every pack it names, bytes and name; and as long as it is. */
export function m1(evidence: Evidence): string[] {
  const superseded = evidence.vaults.flatMap((vault) =>
    vault.superseded.map((manifest) => ({ vault, pointId: manifest.pointId, manifest })),
  )
  return [...manifestsOf(evidence), ...superseded].flatMap(({ vault, pointId, manifest }) =>
    manifest.packs
      .filter((pack) => vault.packs.get(pack.name) !== true)
      .map(
        (pack) => `M1: the manifest of ${pointId} names pack ${pack.name}, not there or damaged`,
      ),
  )
}

/** The catalog speaks of a point only after its manifest is durable, and until it is deleted. */
export function m2(evidence: Evidence): string[] {
  return evidence.points
    .filter((point) => point.status !== 'DELETING')
    .filter((point) => !vaultOf(evidence, point.vaultId)?.manifests.has(point.id))
    .map((point) => `M2: point ${point.id} is listed and has no manifest`)
}

/** One recovery point per job, whatever dies or runs twice: the one drawn with the job. */
export function m3(evidence: Evidence): string[] {
  const drawn = new Map(evidence.jobs.map((job) => [job.id, job.pointId]))
  const wrong = evidence.points
    .filter((point) => drawn.get(point.jobId) !== point.id)
    .map((point) => `M3: point ${point.id} is not the one that job ${point.jobId} was to make`)
  const sealed = manifestsOf(evidence)
    .filter(({ pointId, manifest }) => drawn.get(manifest.jobId) !== pointId)
    .map(({ pointId }) => `M3: the manifest of ${pointId} is of no job that was to make it`)
  return [
    ...wrong,
    ...sealed,
    ...twice(
      evidence.points.map((point) => point.jobId),
      'M3: points',
    ),
  ]
}

/** No pack that a point or a running job needs is ever deleted: what counts as there is there. */
export function m4(evidence: Evidence): string[] {
  return evidence.packRows
    .filter((row) => row.state === 'live' || row.state === 'condemned')
    .filter((row) => vaultOf(evidence, row.vaultId)?.packs.get(row.name) !== true)
    .filter((row) => vaultOf(evidence, row.vaultId)?.state === 'AVAILABLE')
    .map((row) => `M4: pack ${row.name} is ${row.state}, but not there or damaged`)
}

/** No pack is put twice into one vault by any number of attempts or jobs. */
export function m5(evidence: Evidence): string[] {
  return twice(evidence.puts, 'M5: objects put')
}

/** A refused or failed job leaves no visible recovery point. */
export function m6(evidence: Evidence): string[] {
  const failed = evidence.jobs.filter((job) => ['FAILED', 'ABORTED'].includes(job.state))
  const ids = new Set(failed.map((job) => job.id))
  return evidence.points
    .filter((point) => ids.has(point.jobId))
    .map((point) => `M6: point ${point.id} is listed, but job ${point.jobId} did not succeed`)
}

/** Nothing acknowledged is lost. */
export function m7(evidence: Evidence, told: Told): string[] {
  const states = new Map(evidence.jobs.map((job) => [job.id, job.state]))
  const listed = new Set(
    evidence.points.filter((point) => point.status !== 'DELETING').map((point) => point.id),
  )
  return [
    ...(told.jobs ?? []).filter((id) => !states.has(id)).map((id) => `M7: job ${id} is unknown`),
    ...(told.completed ?? [])
      .filter((id) => states.get(id) !== 'COMPLETED')
      .map((id) => `M7: job ${id} was COMPLETED and is ${states.get(id)}`),
    ...(told.deleted ?? [])
      .filter((id) => listed.has(id))
      .map((id) => `M7: point ${id} was deleted and is listed`),
  ]
}

/** All seven. */
export function broken(evidence: Evidence, told: Told = {}): string[] {
  const all = [m1, m2, m3, m4, m5, m6].flatMap((holds) => holds(evidence))
  return [...all, ...m7(evidence, told)]
}

/** Files that nothing needs, and rows in motion, when no job is open and all vaults are swept. */
export function strays(evidence: Evidence): string[] {
  const needed = new Set(evidence.vaults.flatMap((vault) => neededBy(evidence, vault)))
  const files = evidence.files
    .filter((file) => !needed.has(`${file.root}/${file.path}`) && !isRecord(evidence, file))
    .map((file) => `stray file ${file.path} in ${file.root}`)
  const rows = evidence.packRows
    .filter((row) => row.state !== 'live' || !isNamed(evidence, row))
    .map((row) => `stray row of pack ${row.name}: ${row.state}`)
  const open = evidence.jobs.filter((job) => !job.isOver).map((job) => `open job ${job.id}`)
  return [...files, ...rows, ...open]
}

function neededBy(evidence: Evidence, vault: VaultFact): string[] {
  const folder = `${vault.root}/${vault.id}`
  const points = evidence.points.filter((point) => point.vaultId === vault.id)
  const packs = points.flatMap((point) => vault.manifests.get(point.id)?.packs ?? [])
  const names = new Set<string>(packs.map(({ name }) => name))
  const maps = [...vault.maps].filter(([_, to]) => to.some((name) => names.has(name)))
  return [
    ...points.map((point) => `${vault.root}/${manifestName(vault, point)}`),
    ...maps.map(([object]) => `${vault.root}/${object}`),
    ...packs.map(({ name }) => `${folder}/packs/${name.slice(0, 2)}/${name}`),
  ]
}

/** The name of the point's manifest that counts. */
function manifestName(vault: VaultFact, point: PointFact): string {
  const generation = vault.manifests.get(point.id)?.generation
  return manifestObject(vault.id as VaultId, point.id as PointId, generation)
}

/** Whether it is one of the numbered records of a vault that is there, or of the store itself. */
function isRecord(evidence: Evidence, file: StoredFile): boolean {
  if (/^copyhold-store\/\d+$/.test(file.path)) return true
  const [, id] = /^([0-9a-f]+)\/(?:vault|facts)\/\d+$/.exec(file.path) ?? []
  return evidence.vaults.some((vault) => vault.id === id && vault.root === file.root)
}

function isNamed(evidence: Evidence, row: { vaultId: string; name: string }): boolean {
  const vault = vaultOf(evidence, row.vaultId)
  const manifests = [...(vault?.manifests.values() ?? [])]
  return manifests.some((manifest) => manifest.packs.some((pack) => pack.name === row.name))
}

function manifestsOf({ vaults }: Evidence) {
  return vaults.flatMap((vault) =>
    [...vault.manifests].map(([pointId, manifest]) => ({ vault, pointId, manifest })),
  )
}

function vaultOf({ vaults }: Evidence, id: string): VaultFact | undefined {
  return vaults.find((vault) => vault.id === id)
}

function twice(all: readonly string[], what: string): string[] {
  const seen = new Set<string>()
  return all.flatMap((each) => {
    if (seen.has(each)) return [`${what} twice: ${each}`]
    seen.add(each)
    return []
  })
}
