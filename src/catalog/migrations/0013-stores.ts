// Migration 13: which incarnation of the catalog this is, in which file it was opened last, and
// the id of the store of each Region. All of it is drawn or looked up at the next start.

export const statements: readonly string[] = [
  `create table catalog_state (
    id integer primary key check (id = 1),
    incarnation text not null,
    file text not null
  )`,
  `create table store (
    place text primary key,
    id text not null
  )`,
]
