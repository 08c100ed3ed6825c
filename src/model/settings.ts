// What an organization and an account in a Region may set (AWS Backup developer guide,
// "UpdateGlobalSettings" and "UpdateRegionSettings"): names, values, and what holds until
// somebody sets it. Pure.

import type { Failure } from './failure.ts'
import type { ResourceType } from './resource-types.ts'
import { parseResourceType, resourceTypes } from './resource-types.ts'

/** Of the whole organization; AWS's names, values `"true"` and `"false"`. */
export type GlobalSettings = Readonly<Record<GlobalSetting, 'true' | 'false'>>

type GlobalSetting = keyof typeof DEFAULT_GLOBAL_SETTINGS

/** As AWS begins: nothing crosses an account until the management account says so. */
export const DEFAULT_GLOBAL_SETTINGS = {
  isCrossAccountBackupEnabled: 'false',
  isMpaEnabled: 'false',
  isDelegatedAdministratorEnabled: 'false',
} as const

/** The settings that nothing here heeds, so that setting them would be a lie. */
const NOT_BUILT: readonly GlobalSetting[] = ['isMpaEnabled', 'isDelegatedAdministratorEnabled']

/** The settings changed as asked; or why not. Names left out stay as they are. */
export function changeGlobalSettings(
  now: GlobalSettings,
  asked: Readonly<Record<string, string>>,
): GlobalSettings | Failure {
  for (const [name, value] of Object.entries(asked)) {
    const reason = reasonAgainstGlobal(name, value)
    if (reason) return { code: 'InvalidParameter', parameter: `GlobalSettings.${name}`, reason }
  }
  return { ...now, ...asked }
}

function reasonAgainstGlobal(name: string, value: string): string | undefined {
  const known = Object.keys(DEFAULT_GLOBAL_SETTINGS)
  if (!known.includes(name)) return `there is no such setting; there are ${known.join(', ')}`
  if (value !== 'true' && value !== 'false') return 'expected "true" or "false"'
  if (value === 'true' && NOT_BUILT.includes(name as GlobalSetting)) {
    return 'Copyhold has nothing that this would turn on; only "false" is possible'
  }
  return undefined
}

/** Whether each resource type is backed up at all; of one account in one Region. */
export type OptIns = Readonly<Partial<Record<ResourceType, boolean>>>

/** Every type: backed up until somebody opts out. */
export const DEFAULT_OPT_INS: OptIns = Object.fromEntries(
  Object.keys(resourceTypes).map((type) => [type, true]),
)

/** Of these two AWS lets an account choose who manages the backups; here the vault always does. */
export const MANAGEMENT_PREFERENCE: OptIns = { DynamoDB: true, EFS: true }

/** The opt-ins changed as asked; or why not. Types left out stay as they are. */
export function changeOptIns(
  now: OptIns,
  asked: Readonly<Record<string, boolean>>,
): OptIns | Failure {
  const unknown = Object.keys(asked).find((type) => !parseResourceType(type))
  if (unknown === undefined) return { ...now, ...asked }
  return {
    code: 'InvalidParameter',
    parameter: `ResourceTypeOptInPreference.${unknown}`,
    reason: `there is no such resource type; there are ${Object.keys(resourceTypes).join(', ')}`,
  }
}

/** Why AWS would refuse these management preferences; undefined if not. */
export function checkManagementPreference(
  asked: Readonly<Record<string, boolean>>,
): Failure | undefined {
  for (const [type, managed] of Object.entries(asked)) {
    const parameter = `ResourceTypeManagementPreference.${type}`
    const known = Object.keys(MANAGEMENT_PREFERENCE)
    if (!known.includes(type)) {
      const reason = `expected ${known.join(' or ')}`
      return { code: 'InvalidParameter', parameter, reason }
    }
    if (!managed) {
      const reason = 'Copyhold keeps the backups of this type in its vaults; only true is possible'
      return { code: 'InvalidParameter', parameter, reason }
    }
  }
  return undefined
}
