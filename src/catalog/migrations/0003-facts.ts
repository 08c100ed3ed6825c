// Migration 3: what of vaults and points is still to be written to their stores as facts, what was
// found without a fact, and whether the catalog was rebuilt. All that is there is to be written.

export const statements: readonly string[] = [
  `create table fact_due (
    vault_no integer not null references vault (no),
    -- A point's id; '' is the vault itself.
    subject text not null,
    primary key (vault_no, subject)
  ) without rowid`,
  `create table fact_record (
    vault_no integer primary key references vault (no),
    number integer not null,
    facts text not null
  )`,
  'alter table vault add column next_fact_no integer not null default 1',
  'alter table vault add column unconfirmed integer not null default 0',
  'alter table point add column unconfirmed integer not null default 0',
  `create index point_unconfirmed on point (vault_id, created_at, id) where unconfirmed = 1`,
  'create index point_by_arn on point (arn)',
  'create table rebuilt (at integer not null)',
  `insert into fact_due (vault_no, subject) select no, '' from vault where state <> 'CREATING'`,
  `insert into fact_due (vault_no, subject)
    select vault.no, point.id from point join vault on vault.id = point.vault_id`,
]
