// The checks on the side of the destination: its vault, lock, policy and key, and what stands
// between two accounts.

import {
  type CopyMode,
  copyLifecycle,
  copyModeFor,
  fitsRetention,
  parseCopyMode,
  parseResourceType,
  parseVaultArn,
  partitionOf,
  resourceTypes,
} from '../../model/index.ts'
import { type Check, checkOf, sourceLifecycle } from './check.ts'
import { standingOf } from './policy-reading.ts'
import { accountOf, type Scene, type Seen } from './scene.ts'

/** The checks in the order in which the job makes them. */
export function destinationChecks(scene: Scene): Check[] {
  const { destination, wish } = scene
  const arn = checkOf('destination-arn', 'Destination', 'unsupported-arn')
  if (!destination) {
    return [arn.fail(`${wish.destinationVaultArn} is not the ARN of a backup vault`, 'request')]
  }
  const partition = sourcePartition(scene)
  if (partition !== undefined && partition !== destination.partition) {
    const two = `from ${partition} to ${destination.partition}`
    return [arn.fail(`copies never leave their partition, here ${two}`, 'job')]
  }
  return [
    arn.pass(`${destination.name} in ${destination.region}, account ${destination.account}`),
    ...(isForeign(scene) ? accountChecks(scene) : []),
    sourcePolicyCheck(scene),
    vaultCheck(scene),
    policyCheck(scene),
    retentionCheck(scene),
    keyCheck(scene),
    ...copyModeChecks(scene),
  ]
}

/** Whether the copy crosses accounts; not known as long as the source is not. */
function isForeign({ destination, sourceVault }: Scene): boolean {
  const account = accountOf(sourceVault)
  return account !== undefined && destination?.account !== account
}

function sourcePartition({ sourceVault }: Scene): string | undefined {
  if (sourceVault.is !== 'answer') return undefined
  const vault = parseVaultArn(String(sourceVault.answer.BackupVaultArn ?? ''))
  return vault && partitionOf(vault.region)
}

function accountChecks({ settings }: Scene): Check[] {
  const organization = checkOf('organization', 'Organization', 'not-one-organization')
  const enabled = checkOf('cross-account', 'Cross-account backup', 'cross-account-off')
  if (settings.is === 'refused' && /not a member of an organization/i.test(settings.message)) {
    return [organization.fail(settings.message, 'job')]
  }
  const unsure = organization.unknown(
    'whether the two accounts are in one only their management account can say',
  )
  if (settings.is !== 'answer') return [unsure, enabled.unknown(settings.message)]
  const map = (settings.answer.GlobalSettings ?? {}) as Record<string, unknown>
  const value = map.isCrossAccountBackupEnabled
  if (value === 'true') return [unsure, enabled.pass('it is switched on')]
  if (value === undefined) return [unsure, enabled.unknown('the settings do not name it')]
  return [unsure, enabled.fail('isCrossAccountBackupEnabled is not true', 'job')]
}

function sourcePolicyCheck({ sourcePolicy }: Scene): Check {
  const check = checkOf('source-policy', 'Policy of the source vault', 'source-policy-deny')
  if (sourcePolicy.is === 'absent') return check.pass('there is none')
  if (sourcePolicy.is !== 'answer') return check.unknown(sourcePolicy.message)
  const policy = String(sourcePolicy.answer.Policy ?? '')
  for (const action of ['backup:StartCopyJob', 'backup:CopyFromBackupVault']) {
    const standing = standingOf(policy, action)
    if (standing === 'denies') return check.fail(`it denies ${action} to everyone`, 'request')
    if (standing === 'denies-conditionally') {
      return check.unknown(`it has a Deny for ${action}; whom it hits only the service can say`)
    }
  }
  return check.pass('it denies no copies')
}

function vaultCheck(scene: Scene): Check {
  const check = checkOf('destination-vault', 'Destination vault', 'destination-vault-missing')
  const { destinationVault: seen, destination } = scene
  if (seen.is === 'answer') {
    const state = String(seen.answer.VaultState ?? 'AVAILABLE')
    return state === 'AVAILABLE' ? check.pass('it is there') : check.fail(`it is ${state}`, 'job')
  }
  if (isForeign(scene)) {
    return check.unknown(`vaults of account ${destination?.account} are not shown to this one`)
  }
  if (seen.is === 'absent') {
    const here = destination?.region === scene.region
    return check.fail(`it is not there: ${seen.message}`, here ? 'request' : 'job')
  }
  return check.unknown(seen.message)
}

function policyCheck(scene: Scene): Check {
  const check = checkOf('destination-policy', 'Policy of the destination', 'destination-policy')
  const { destinationPolicy: seen } = scene
  const foreign = isForeign(scene)
  if (seen.is === 'absent' && !foreign) return check.pass('there is none')
  if (seen.is !== 'answer') {
    const needs = foreign ? '; it has to allow backup:CopyIntoBackupVault to the role' : ''
    return check.unknown(`${seen.message}${needs}`)
  }
  const standing = standingOf(String(seen.answer.Policy ?? ''), 'backup:CopyIntoBackupVault')
  if (standing === 'denies') {
    return check.fail('it denies backup:CopyIntoBackupVault to everyone', 'job')
  }
  if (standing === 'denies-conditionally') {
    return check.unknown('it has a Deny for copies; whom it hits only the service can say')
  }
  return check.pass(standing === 'allows' ? 'it allows copies' : 'it denies no copies')
}

function retentionCheck(scene: Scene): Check {
  const check = checkOf('retention', 'Retention', 'retention-out-of-range')
  const { destinationVault, point, wish } = scene
  if (destinationVault.is !== 'answer') return check.unknown('the lock of the vault was not seen')
  const range = rangeOf(destinationVault)
  if (!range) return check.pass('the vault is not locked')
  const type = point.is === 'answer' && parseResourceType(String(point.answer.ResourceType ?? ''))
  if (!type) return check.unknown('the lifecycle of the source was not seen')
  const source = sourceLifecycle(scene)
  const lifecycle = copyLifecycle({
    type,
    ...(wish.lifecycle ? { requested: wish.lifecycle } : {}),
    ...(source ? { source } : {}),
  })
  const days = lifecycle?.DeleteAfterDays
  const kept = days === undefined ? 'for ever' : `${days} days`
  const window = `the lock takes ${rangeInWords(range)}`
  return fitsRetention(lifecycle, range)
    ? check.pass(`${kept}; ${window}`)
    : check.fail(`the copy would be kept ${kept}; ${window}`, 'job')
}

/** The days a locked vault takes; undefined when it is not locked. */
export function rangeOf(vault: Seen): { minDays?: number; maxDays?: number } | undefined {
  if (vault.is !== 'answer') return undefined
  const { MinRetentionDays: min, MaxRetentionDays: max } = vault.answer
  if (typeof min !== 'number' && typeof max !== 'number') return undefined
  return {
    ...(typeof min === 'number' ? { minDays: min } : {}),
    ...(typeof max === 'number' ? { maxDays: max } : {}),
  }
}

function rangeInWords({ minDays, maxDays }: { minDays?: number; maxDays?: number }): string {
  if (maxDays === undefined) return `${minDays} days and more`
  return minDays === undefined ? `at most ${maxDays} days` : `${minDays} to ${maxDays} days`
}

/** What a copy mode makes of the data keys. */
export function copyModeMeans(mode: CopyMode): string {
  return mode === 'verbatim'
    ? 'verbatim: the copy will share its data keys with its source'
    : 'reencrypt: the copy will have data keys of its own'
}

/** Told of our own server alone: whether the copy will share its data keys with its source. */
function copyModeChecks(scene: Scene): Check[] {
  const { vaultSettings, sourceVault, destination } = scene
  const sourceAccount = accountOf(sourceVault)
  if (vaultSettings.is !== 'answer' || sourceAccount === undefined || !destination) return []
  if (!('CopyMode' in vaultSettings.answer)) return []
  const check = checkOf('copy-mode', 'Copy mode')
  const chosen = isForeign(scene) ? undefined : parseCopyMode(vaultSettings.answer.CopyMode)
  const destinationAccount = destination.account
  const mode = copyModeFor({ sourceAccount, destinationAccount, chosen })
  const means = copyModeMeans(mode)
  if (isForeign(scene)) {
    return [check.pass(`${means}, unless the owner of the destination has set otherwise`)]
  }
  return [check.pass(chosen === undefined ? means : `${means}, as is set for the destination`)]
}

function keyCheck(scene: Scene): Check {
  const check = checkOf('keys', 'Keys', 'key-unusable')
  const { point, destinationVault } = scene
  const type = point.is === 'answer' && parseResourceType(String(point.answer.ResourceType ?? ''))
  const keys = [point, destinationVault].flatMap((seen) =>
    seen.is === 'answer' && seen.answer.EncryptionKeyArn ? [seen.answer.EncryptionKeyArn] : [],
  )
  const use = keys.length === 0 ? 'the keys' : [...new Set(keys)].join(' and ')
  if (isForeign(scene) && type && !resourceTypes[type].fullyManaged) {
    const own = `${type} goes to another account only between customer managed keys`
    return check.unknown(`${own}; whether the role may use ${use} only KMS knows`)
  }
  return check.unknown(`whether the role may use ${use} only the key service knows`)
}
