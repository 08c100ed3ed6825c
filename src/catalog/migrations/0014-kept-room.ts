// Migration 14: a row of zeros, whose pages are there when the disk is full.

export const statements: readonly string[] = [
  `create table kept_room (
    no integer primary key,
    zeros blob not null
  )`,
]
