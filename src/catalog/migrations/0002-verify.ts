// Migration 2: when a recovery point was last verified, and what came of it.

export const statements: readonly string[] = [
  'alter table point add column verified_at integer',
  'alter table point add column verification text',
]
