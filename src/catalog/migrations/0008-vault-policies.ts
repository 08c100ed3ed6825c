// Migration 8: the access policies of vaults, apart from their rows: a list of vaults does not read
// them.

export const statements: readonly string[] = [
  `create table vault_policy (
    vault_no integer primary key references vault (no) on delete cascade,
    policy text not null
  )`,
]
