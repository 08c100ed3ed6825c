// Lifecycles of recovery points: see AWS's "Lifecycle" structure. Pure.

/** AWS's Lifecycle as given or kept; absent members mean "not said". */
export interface Lifecycle {
  readonly MoveToColdStorageAfterDays?: number
  readonly DeleteAfterDays?: number
  readonly OptInToArchiveForSupportedResources?: boolean
}
