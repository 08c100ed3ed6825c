// The tables as the compiler sees them; `migrations/` makes them. Only types that SQLite and
// PostgreSQL share: text, integers, bytes. Booleans are 0 and 1, JSON is text, times are
// milliseconds since 1970.

import type { Generated } from 'kysely'

export interface Schema {
  readonly account: AccountTable
  readonly vault: VaultTable
  readonly vault_policy: VaultPolicyTable
  readonly pack: PackTable
  readonly stray_pack: StrayPackTable
  readonly use: UseTable
  readonly pack_key: PackKeyTable
  readonly point: PointTable
  readonly point_packs: PointPacksTable
  readonly job: JobTable
  readonly idempotency: IdempotencyTable
  readonly tag: TagTable
  readonly resource: ResourceTable
  readonly fact_due: FactDueTable
  readonly fact_record: FactRecordTable
  readonly fault: FaultTable
  readonly rebuilt: RebuiltTable
  readonly organization_settings: OrganizationSettingsTable
  readonly region_settings: RegionSettingsTable
  readonly catalog_state: CatalogStateTable
  readonly store: StoreTable
  readonly kept_room: KeptRoomTable
  readonly migration: MigrationTable
}

export interface AccountTable {
  account: string
  chunking_key: Uint8Array
}

export interface VaultTable {
  /** Short name of the vault in the tables that have a row for each pack. */
  no: Generated<number>
  id: string
  account: string
  region: string
  name: string
  arn: string
  type: string
  state: string
  key_arn: string
  created_at: number
  creator_request_id: string | null
  /** Counts condemnations: what a use is measured by. */
  generation: Generated<number>
  next_pack_no: Generated<number>
  /** The number of the next record of facts. */
  next_fact_no: Generated<number>
  unconfirmed: Generated<number>
  is_locked: Generated<number>
  lock_min_days: number | null
  lock_max_days: number | null
  /** From when the lock is in force; null in governance. */
  lock_date: number | null
  key_version: Generated<number>
  /** The key that a change of the vault's key is to end under, while it is under way. */
  rotating_to: string | null
  /** Counts points that came or went: while it stays, they name the same packs. */
  points_changed: Generated<number>
  /** Fact records up to this one are replaced by later ones that are durable. */
  facts_replaced: Generated<number>
  /** Fact records up to this one are gone from the store. */
  facts_dropped: Generated<number>
  /** While facts are told anew: the last record before that, and the last subject told. */
  snapshot_behind: number | null
  snapshot_told: string | null
  /** What its owner has set; null where the rule holds. */
  copy_mode: string | null
  /** The name of the last pack looked at for strays; null when the next look begins anew. */
  strays_after: Uint8Array | null
}

/** The access policies of vaults, those that have one. */
export interface VaultPolicyTable {
  vault_no: number
  policy: string
}

/** `gone` is having no row. */
export type PackState = 'arriving' | 'live' | 'condemned' | 'deleting'

export interface PackTable {
  vault_no: number
  /** Never used again in its vault, so that a point's numbers cannot come to mean another pack. */
  no: number
  name: Uint8Array
  state: PackState
  size_bytes: number
  crc32: number | null
  /** Of the job that puts it, while `arriving`. */
  put_by: string | null
  /** When it was condemned, while `condemned`. */
  generation: number | null
  damaged_at: number | null
  /** What its points used in sum when it was found not to be sparse. */
  dense_at: number | null
}

/** Packs that a sweep saw in the store without a row. */
export interface StrayPackTable {
  vault_no: number
  name: Uint8Array
  first_seen: number
}

export interface UseTable {
  job_id: string
  vault_no: number
  /** The vault's when the use began: what was condemned later waits for the use to end. */
  generation: number
  /** The vault's next pack number then: packs from there on may be the job's own. */
  first_no: number
}

export interface PackKeyTable {
  job_id: string
  vault_no: number
  no: number
  sealed_key: Uint8Array
  /** The pack it is a re-encryption of. */
  from_name: Uint8Array | null
}

export interface PointTable {
  id: string
  arn: string
  vault_id: string
  vault_arn: string
  vault_name: string
  account: string
  region: string
  status: string
  resource_arn: string
  resource_type: string
  resource_name: string | null
  iam_role_arn: string | null
  created_at: number
  initiated_at: number
  completed_at: number
  backup_size_bytes: number
  lifecycle: string | null
  storage_class: string
  key_arn: string
  source_vault_arn: string | null
  created_by: string | null
  backup_plan_id: string | null
  parent_point_arn: string | null
  composite_member: string | null
  is_parent: number
  last_restored_at: number | null
  job_id: string
  restore_metadata: string
  message: string | null
  unconfirmed: Generated<number>
  /** When something is next to happen by its lifecycle, or it is to be looked at again. */
  lifecycle_at: number | null
  verified_at: number | null
  /** What the last verification found, as JSON. */
  verification: string | null
}

export interface PointPacksTable {
  point_id: string
  vault_no: number
  numbers: Uint8Array
  /** How much of each the point uses, a byte each; null while it is not known. */
  parts: Uint8Array | null
  /** The generation of the point's manifest that may be being sealed. */
  resealing: number | null
}

export interface JobTable {
  id: string
  kind: string
  account: string
  region: string
  state: string
  detail: string
  created_at: number
  started_at: number | null
  /** Set when and only when the job has ended. */
  completed_at: number | null
  resource_arn: string | null
  resource_type: string | null
  resource_name: string | null
  vault_arn: string | null
  vault_name: string | null
  destination_vault_arn: string | null
  source_point_arn: string | null
  point_arn: string | null
  iam_role_arn: string | null
  key_arn: string | null
  backup_size_bytes: number | null
  parent_job_id: string | null
  failure: string | null
  warning: string | null
  message_category: string | null
  created_by: string | null
  progress: string | null
  /** The vault it reads or works on, and the point it reads or deletes: from `detail`. */
  vault_id: string
  point_id: string | null
  attempt: Generated<number>
  fence: Generated<number>
  lease_owner: string | null
  lease_until: number | null
  due_at: number
  stop_requested: Generated<number>
  troubles: Generated<number>
  troubled_since: number | null
  faults: Generated<number>
}

export interface IdempotencyTable {
  account: string
  region: string
  operation: string
  token: string
  request_hash: string
  answer: string
  job_id: string
}

export interface TagTable {
  arn: string
  key: string
  value: string
}

export interface ResourceTable {
  arn: string
  account: string
  region: string
  type: string
  name: string
  driver: string
  /** What the driver finds the resource by: a directory's path. */
  locator: string
  created_at: number
}

export interface FactDueTable {
  vault_no: number
  /** A point's id; '' is the vault itself. */
  subject: string
}

/** The record that is being written, with its words: at most one of a vault. */
export interface FactRecordTable {
  vault_no: number
  number: number
  facts: string
  replaces: Generated<number>
}

/** A fault that is raised on purpose; a handful at most. */
export interface FaultTable {
  id: Generated<number>
  name: string
  match: string
  times_left: number | null
  seconds: number | null
  raised: Generated<number>
}

/** One row when the catalog was made out of what the stores hold. */
export interface RebuiltTable {
  at: number
}

export interface OrganizationSettingsTable {
  organization: string
  settings: string
  updated_at: number
}

export interface RegionSettingsTable {
  account: string
  region: string
  opt_ins: string
}

/** One row: which incarnation this is, and in which file it was opened last. */
export interface CatalogStateTable {
  id: number
  incarnation: string
  file: string
}

/** The store at a place (`eu-west-1`, `cold:eu-west-1`) by the id that it keeps for life. */
export interface StoreTable {
  place: string
  id: string
}

/** At most one row: pages for when the disk is full. */
interface KeptRoomTable {
  no: number
  zeros: Uint8Array
}

export interface MigrationTable {
  number: number
  name: string
}
