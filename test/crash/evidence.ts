// What a server has left behind, gathered without asking it: the catalog's rows, the files of its
// stores, the manifests opened with its keys, and the log of what was put. The invariants in
// `invariants.ts` are judged on this alone.

import { DatabaseSync } from 'node:sqlite'
import { blake3 } from '@napi-rs/blake-hash'
import type { KeyService } from '../../src/keys/index.ts'
import type { PackName, PointId, RegionName, VaultId } from '../../src/model/index.ts'
import type { ObjectName, ObjectStore } from '../../src/store/index.ts'
import {
  listPoints,
  type Manifest,
  manifestObject,
  openVault,
  packObject,
} from '../../src/vault/index.ts'

export interface Evidence {
  readonly jobs: readonly JobFact[]
  readonly points: readonly PointFact[]
  readonly packRows: readonly PackFact[]
  readonly vaults: readonly VaultFact[]
  /** Every file of the stores that vaults are in. */
  readonly files: readonly StoredFile[]
  /** One line for each object that a store created, with its root. */
  readonly puts: readonly string[]
}

export interface JobFact {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly isOver: boolean
  /** The recovery point that a backup or copy is to make. */
  readonly pointId: string | undefined
}

export interface PointFact {
  readonly id: string
  readonly vaultId: string
  readonly jobId: string
  readonly status: string
}

export interface PackFact {
  readonly vaultId: string
  readonly name: string
  readonly state: string
}

export interface VaultFact {
  readonly id: string
  /** Of the store that it is in. */
  readonly root: string
  readonly state: string
  /** By the point's id; empty where the vault cannot be opened (any more, or yet). */
  readonly manifests: ReadonlyMap<string, Manifest>
  /** Generations of manifests that later ones have superseded and that are still there. */
  readonly superseded: readonly Manifest[]
  /** By the name of its object: the packs of this vault that a map tells of. */
  readonly maps: ReadonlyMap<string, readonly string[]>
  /** Packs in the store, and whether their bytes have their name. */
  readonly packs: ReadonlyMap<string, boolean>
}

export interface StoredFile {
  /** Of its store. */
  readonly root: string
  /** Below the root. */
  readonly path: string
}

/** Where a vault is. */
export interface VaultPlace {
  readonly region: RegionName
  /** Whether it is what is in cold storage of another. */
  readonly isCold: boolean
}

export interface Scene {
  readonly catalogFile: string
  readonly keys: KeyService
  /** Of the store that holds a vault: the word its puts are told with. */
  rootOf(place: VaultPlace): string
  store(root: string): Promise<ObjectStore>
  /** The paths of all files below the root of a store. */
  files(root: string): readonly string[]
  readonly puts: readonly string[]
}

export async function gather(scene: Scene): Promise<Evidence> {
  const rows = readCatalog(scene.catalogFile)
  const vaults: VaultFact[] = []
  for (const row of rows.vaults) {
    const vault = { ...row, root: scene.rootOf({ ...row, isCold: row.isCold === 1 }) }
    vaults.push({ ...vault, ...(await lookInto(scene, vault)) })
  }
  const roots = [...new Set(vaults.map((vault) => vault.root))]
  const files = roots.flatMap((root) => scene.files(root).map((path) => ({ root, path })))
  return { ...rows, vaults, files, puts: scene.puts }
}

/** Whether any job has not ended, by the catalog as other processes see it. */
export function hasOpenJobs(catalogFile: string): boolean {
  return reading(catalogFile, (database) => {
    const row = database.prepare('select 1 from job where completed_at is null limit 1').get()
    return row !== undefined
  })
}

interface CatalogRows {
  readonly jobs: JobFact[]
  readonly points: PointFact[]
  readonly packRows: PackFact[]
  readonly vaults: { id: string; region: RegionName; isCold: number; state: string }[]
}

const QUERIES: Record<keyof CatalogRows, string> = {
  jobs: `select id, kind, state, completed_at is not null as isOver,
    case when kind in ('backup', 'copy', 'cool') then detail ->> 'pointId' end as pointId from job`,
  // Of a point in cold storage the files are in its vault's cold part.
  points: `select point.id, coalesce(vault.id, vault_id) as vaultId, job_id as jobId, status
    from point left join point_packs on point_id = point.id
    left join vault on vault.no = point_packs.vault_no`,
  packRows: `select vault.id as vaultId, lower(hex(pack.name)) as name, pack.state
    from pack join vault on vault.no = pack.vault_no`,
  vaults: `select id, region, type = 'COLD_PART' as isCold, state from vault`,
}

function readCatalog(file: string): CatalogRows {
  return reading(file, (database) => {
    const all = (query: string) => database.prepare(query).all() as unknown[]
    return {
      jobs: (all(QUERIES.jobs) as (Omit<JobFact, 'isOver'> & { isOver: number })[]).map((job) => ({
        ...job,
        isOver: job.isOver === 1,
      })),
      points: all(QUERIES.points) as PointFact[],
      packRows: all(QUERIES.packRows) as PackFact[],
      vaults: all(QUERIES.vaults) as CatalogRows['vaults'],
    }
  })
}

function reading<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 20_000 })
  try {
    return work(database)
  } finally {
    database.close()
  }
}

async function lookInto(
  scene: Scene,
  vault: Pick<VaultFact, 'id' | 'root' | 'state'>,
): Promise<Pick<VaultFact, 'manifests' | 'superseded' | 'maps' | 'packs'>> {
  const vaultId = vault.id as VaultId
  const store = await scene.store(vault.root)
  const packs = new Map<string, boolean>()
  for await (const object of store.list(`${vaultId}/packs/`)) {
    const name = object.slice(object.lastIndexOf('/') + 1)
    const isWhole = object === packObject(vaultId, name as PackName)
    packs.set(name, isWhole && blake3(await store.get(object)).toString('hex') === name)
  }
  const manifests = new Map<string, Manifest>()
  const superseded: Manifest[] = []
  const maps = new Map<string, string[]>()
  if (vault.state === 'AVAILABLE') {
    const open = await openVault({ store, vaultId, keys: scene.keys })
    for (const { object, mappings } of (await open.maps.read()).maps) {
      const to = mappings.flatMap((mapping) => mapping.to.map(({ name }) => name))
      maps.set(object, to)
    }
    for await (const point of listPoints({ store, vaultId })) {
      const manifest = await open.readManifest(point as PointId)
      manifests.set(point, manifest)
      for (let before = manifest.generation - 1; before > 0; before -= 1) {
        const name = manifestObject(vaultId, manifest.pointId, before)
        if ((await store.head(name)) === undefined) continue
        const earlier = { store: withoutLater(store, name), vaultId, keys: scene.keys }
        superseded.push(await (await openVault(earlier)).readManifest(manifest.pointId))
      }
    }
  }
  return { manifests, superseded, maps, packs }
}

/** The store as it would be if no later generation than this one had been sealed. */
function withoutLater(store: ObjectStore, last: ObjectName): ObjectStore {
  return {
    put: (name, bytes, signal) => store.put(name, bytes, signal),
    get: (name, range, signal) => store.get(name, range, signal),
    head: (name) => store.head(name),
    delete: (name) => store.delete(name),
    async *list(prefix, after) {
      const isOfPoints = prefix.includes('/points/')
      for await (const name of store.list(prefix, after))
        if (!isOfPoints || name <= last) yield name
    },
  }
}
