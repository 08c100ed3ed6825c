// Migration 10: faults that are raised on purpose in development, kept here so that they strike
// exactly as many attempts as they say, whichever thread runs them.

export const statements: readonly string[] = [
  `create table fault (
    id integer primary key,
    name text not null,
    match text not null,
    times_left integer,
    seconds integer,
    raised integer not null default 0
  )`,
]
