// Migration 5: what organizations have set, and accounts in Regions.

export const statements: readonly string[] = [
  `create table organization_settings (
    organization text primary key,
    settings text not null,
    updated_at integer not null
  ) without rowid`,
  `create table region_settings (
    account text not null,
    region text not null,
    opt_ins text not null,
    primary key (account, region)
  ) without rowid`,
]
