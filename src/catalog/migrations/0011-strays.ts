// Migration 11: packs that lie in a store without a row, and since when they have been known to.

export const statements: readonly string[] = [
  `create table stray_pack (
    vault_no integer not null,
    name blob not null,
    first_seen integer not null,
    primary key (vault_no, name)
  ) without rowid`,
  // The last object a sweep looked at: the next one goes on behind it, or begins anew with null.
  'alter table vault add column strays_after blob',
]
