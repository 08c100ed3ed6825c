// Migration 4: how copies come into a vault where its owner has said so, and which pack one that a
// job put is a re-encryption of.

export const statements: readonly string[] = [
  'alter table vault add column copy_mode text',
  'alter table pack_key add column from_name blob',
]
