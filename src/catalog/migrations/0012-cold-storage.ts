// Migration 12: recovery points move to cold storage when their lifecycle says so. Until now
// nothing was done then, so points for which that time has come are found at the first look.

export const statements: readonly string[] = [
  `update point
    set lifecycle_at = created_at + (lifecycle ->> 'MoveToColdStorageAfterDays') * 86400000
    where lifecycle ->> 'MoveToColdStorageAfterDays' is not null
      and storage_class = 'WARM' and status = 'COMPLETED' and unconfirmed = 0`,
]
