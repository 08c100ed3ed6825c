// Migration 9: the locks of vaults, and when something is next to happen to a recovery point by its
// lifecycle, so that what is due is found by an index.

export const statements: readonly string[] = [
  // Set while the vault is locked; the rest of the lock may be absent.
  'alter table vault add column is_locked integer not null default 0',
  'alter table vault add column lock_min_days integer',
  'alter table vault add column lock_max_days integer',
  'alter table vault add column lock_date integer',
  `create index vault_locked on vault (id) where is_locked = 1`,
  'alter table point add column lifecycle_at integer',
  `create index point_lifecycle on point (lifecycle_at) where lifecycle_at is not null`,
  `update point set lifecycle_at = created_at + (lifecycle ->> 'DeleteAfterDays') * 86400000
    where lifecycle ->> 'DeleteAfterDays' is not null
      and status in ('COMPLETED', 'PARTIAL') and unconfirmed = 0`,
]
