// Migration 6: which version a vault's key has and whether it is being changed; how far a vault's
// facts were told anew; how often points came and went, so that a sweep knows whether what it knows
// of them still holds.

export const statements: readonly string[] = [
  'alter table vault add column key_version integer not null default 1',
  // The key that a change of the vault's key is to end under, while it is under way.
  'alter table vault add column rotating_to text',
  'create index vault_rotating on vault (no) where rotating_to is not null',
  'alter table vault add column points_changed integer not null default 0',
  // Fact records up to this one are replaced by later ones that are durable.
  'alter table vault add column facts_replaced integer not null default 0',
  // Fact records up to this one are gone from the store.
  'alter table vault add column facts_dropped integer not null default 0',
  // A snapshot under way: the last record before it, and the last subject it has told.
  'alter table vault add column snapshot_behind integer',
  'alter table vault add column snapshot_told text',
  `create index vault_facts_moving on vault (no)
    where (snapshot_behind is not null or facts_dropped < facts_replaced)`,
  'create index point_vault_id on point (vault_id, id)',
  'alter table fact_record add column replaces integer not null default 0',
]
