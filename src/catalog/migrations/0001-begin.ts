// Migration 1: all tables of the first version. Migrations are never changed once released.

export const statements: readonly string[] = [
  `create table account (
    account text primary key,
    chunking_key blob not null
  )`,

  `create table vault (
    no integer primary key autoincrement,
    id text not null unique,
    account text not null,
    region text not null,
    name text not null,
    arn text not null,
    type text not null,
    state text not null,
    key_arn text not null,
    created_at integer not null,
    creator_request_id text,
    generation integer not null default 0,
    next_pack_no integer not null default 1
  )`,
  // A vault that is being deleted has given its name back.
  `create unique index vault_name on vault (account, region, name) where state <> 'DELETING'`,
  `create unique index vault_arn on vault (arn) where state <> 'DELETING'`,
  `create index vault_list on vault (account, region, created_at, id)`,
  `create index vault_unfinished on vault (state) where state <> 'AVAILABLE'`,

  `create table job (
    id text primary key,
    kind text not null,
    account text not null,
    region text not null,
    state text not null,
    detail text not null,
    created_at integer not null,
    started_at integer,
    completed_at integer,
    resource_arn text,
    resource_type text,
    resource_name text,
    vault_arn text,
    vault_name text,
    destination_vault_arn text,
    source_point_arn text,
    point_arn text,
    iam_role_arn text,
    key_arn text,
    backup_size_bytes integer,
    parent_job_id text,
    failure text,
    warning text,
    message_category text,
    created_by text,
    progress text,
    vault_id text not null,
    point_id text,
    attempt integer not null default 0,
    fence integer not null default 0,
    lease_owner text,
    lease_until integer,
    due_at integer not null,
    stop_requested integer not null default 0,
    troubles integer not null default 0,
    troubled_since integer,
    faults integer not null default 0
  )`,
  `create index job_due on job (due_at, created_at, id) where completed_at is null`,
  `create index job_open_vault on job (vault_id) where completed_at is null`,
  `create index job_open_point on job (point_id) where completed_at is null`,
  `create index job_open_destination on job (destination_vault_arn) where completed_at is null`,
  `create unique index job_one_sweep on job (vault_id)
    where kind = 'sweep' and completed_at is null`,
  `create index job_list on job (kind, account, region, created_at, id)`,
  `create index job_list_state on job (kind, account, region, state, created_at, id)`,
  `create index job_list_resource on job (kind, account, region, resource_arn, created_at, id)`,
  `create index job_list_vault on job (kind, account, region, vault_name, created_at, id)`,
  `create index job_list_destination
    on job (kind, account, region, destination_vault_arn, created_at, id)`,
  `create index job_list_source on job (kind, account, region, source_point_arn, created_at, id)`,
  `create index job_list_parent on job (kind, account, region, parent_job_id, created_at, id)`,
  `create index job_count on job (state, kind)`,

  `create table idempotency (
    account text not null,
    region text not null,
    operation text not null,
    token text not null,
    request_hash text not null,
    answer text not null,
    -- Deferred, because the token is taken first: a taken one must leave no job behind.
    job_id text not null references job (id) on delete cascade deferrable initially deferred,
    primary key (account, region, operation, token)
  )`,
  `create index idempotency_job on idempotency (job_id)`,

  // A vault of a petabyte has some thirty million rows here: they are kept narrow.
  `create table pack (
    vault_no integer not null references vault (no),
    no integer not null,
    name blob not null,
    state text not null check (state in ('arriving', 'live', 'condemned', 'deleting')),
    size_bytes integer not null,
    crc32 integer,
    put_by text,
    generation integer,
    damaged_at integer,
    primary key (vault_no, no)
  ) without rowid`,
  `create unique index pack_name on pack (vault_no, name)`,
  // Holds all that sweeping asks for: an index that did not would not be used on this table.
  `create index pack_unsettled on pack (vault_no, state, generation, put_by)
    where state <> 'live'`,

  `create table use (
    job_id text not null references job (id),
    vault_no integer not null references vault (no),
    generation integer not null,
    first_no integer not null,
    primary key (job_id, vault_no)
  ) without rowid`,
  `create index use_vault on use (vault_no, generation)`,

  `create table pack_key (
    job_id text not null,
    vault_no integer not null,
    no integer not null,
    sealed_key blob not null,
    primary key (job_id, vault_no, no)
  ) without rowid`,

  `create table point (
    id text primary key,
    arn text not null,
    vault_id text not null references vault (id),
    vault_arn text not null,
    vault_name text not null,
    account text not null,
    region text not null,
    status text not null,
    resource_arn text not null,
    resource_type text not null,
    resource_name text,
    iam_role_arn text,
    created_at integer not null,
    initiated_at integer not null,
    completed_at integer not null,
    backup_size_bytes integer not null,
    lifecycle text,
    storage_class text not null,
    key_arn text not null,
    source_vault_arn text,
    created_by text,
    backup_plan_id text,
    parent_point_arn text,
    composite_member text,
    is_parent integer not null,
    last_restored_at integer,
    job_id text not null,
    restore_metadata text not null,
    message text
  )`,
  `create unique index point_arn on point (vault_id, arn)`,
  // A job makes one recovery point, whatever dies or runs twice.
  `create unique index point_job on point (job_id)`,
  `create index point_account_arn on point (account, arn, completed_at)`,
  `create index point_vault on point (vault_id, created_at, id)`,
  `create index point_vault_resource on point (vault_id, resource_arn, created_at, id)`,
  `create index point_vault_type on point (vault_id, resource_type, created_at, id)`,
  `create index point_vault_plan on point (vault_id, backup_plan_id, created_at, id)
    where backup_plan_id is not null`,
  `create index point_vault_parent on point (vault_id, parent_point_arn, created_at, id)
    where parent_point_arn is not null`,
  `create index point_resource on point (account, region, resource_arn, created_at, id)`,

  `create table point_packs (
    point_id text primary key references point (id) on delete cascade,
    vault_no integer not null,
    numbers blob not null
  )`,
  `create index point_packs_vault on point_packs (vault_no, point_id)`,

  `create table tag (
    arn text not null,
    key text not null,
    value text not null,
    primary key (arn, key)
  ) without rowid`,

  `create table resource (
    arn text primary key,
    account text not null,
    region text not null,
    type text not null,
    name text not null,
    driver text not null,
    locator text not null,
    created_at integer not null
  )`,
  `create unique index resource_locator on resource (account, region, driver, locator)`,
  `create index resource_list on resource (account, region, created_at, arn)`,
]
