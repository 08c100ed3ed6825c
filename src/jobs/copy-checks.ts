// What a copy is judged by when its job begins, in AWS's order (AWS Backup developer guide, pages
// on copies across accounts, on locks and on encryption): the organization, the role, the policies
// of both vaults, the lock, the keys, the tags. One implementation, for the job, which fails by the
// first that does not pass, and for a preflight, which tells them all.

import type { Caller, Decision, GuardedResource, Identities, Role } from '../access/index.ts'
import { backupSession, mayAssume, mayCall, mayCopyFrom, mayCopyInto } from '../access/index.ts'
import type { JobRow, PointRow, ReadTx, VaultRow } from '../catalog/index.ts'
import { settings, vaults } from '../catalog/index.ts'
import { defaultKeyArn } from '../keys/index.ts'
import type { CopyDetail, Failure, Lifecycle, VaultId } from '../model/index.ts'
import { fitsRetention, parseVaultArn, resourceTypes } from '../model/index.ts'
import type { Requester } from './admit-once.ts'
import { guarded } from './guarded.ts'
import { hasOwnKey, keyRefusedToCopy, keyRefusedToJob } from './key-use.ts'

/** What is judged, by the name it has in a preflight too. */
export type CopyCheckId =
  | 'resource-type'
  | 'organization'
  | 'cross-account'
  | 'role'
  | 'source-policy'
  | 'destination-vault'
  | 'destination-policy'
  | 'retention'
  | 'keys'
  | 'tags'

/** One thing that was judged; without a failure it passes. */
export interface CopyCheck {
  readonly id: CopyCheckId
  readonly failure?: Failure | undefined
}

/** A copy as its job names it. */
export interface CopyToCheck {
  /** The account and Region that the job is of. */
  readonly from: Requester
  readonly roleArn: string
  readonly point: PointRow
  readonly sourceVault: VaultRow
  readonly destinationVaultArn: string
  /** The vault that had this ARN when the job was made; another one since then does not count. */
  readonly destinationVaultId?: VaultId | undefined
  /** What the copy will be kept by. */
  readonly lifecycle?: Lifecycle | undefined
}

/** The copy that a job is to make, of this point in that vault. */
export function copyOfJob(
  job: Pick<JobRow, 'account' | 'region' | 'iamRoleArn' | 'detail'>,
  of: Pick<CopyToCheck, 'point' | 'sourceVault'>,
): CopyToCheck {
  const { account, region, iamRoleArn: roleArn = '' } = job
  const { destinationVaultArn, destinationVaultId, pointLifecycle } = job.detail as CopyDetail
  const destination = { destinationVaultArn, destinationVaultId, lifecycle: pointLifecycle }
  return { ...of, ...destination, from: { account, region }, roleArn }
}

/** Everything the checks look at, read in one transaction. */
interface Scene extends CopyToCheck {
  readonly at: number
  readonly role: Role | undefined
  /** The recovery point, in its vault. */
  readonly source: GuardedResource
  readonly destination: VaultRow | undefined
  readonly guardedDestination: GuardedResource | undefined
  readonly destinationAccount: Requester['account']
  readonly isCrossAccountEnabled: boolean
}

/** What a copy comes to. */
export interface CopyJudgement {
  /** In the order in which AWS makes them. */
  readonly checks: readonly CopyCheck[]
  /**
   * Another account's, whose policy does not let the role in: nothing may be told of the vault, not
   * even whether it is there. The checks end with that.
   */
  readonly isDestinationHidden: boolean
}

/** Judges the copy as things stand now. */
export async function checkCopy(
  tx: ReadTx,
  by: { readonly identities: Identities; readonly now: number },
  copy: CopyToCheck,
): Promise<CopyJudgement> {
  const scene = await readScene(tx, by, copy)
  const judged = (checks: typeof CHECKS): CopyCheck[] =>
    checks.map(([id, judge]) => ({ id, failure: judge(scene, by.identities) }))
  const isDestinationHidden = isForeign(scene) && !isAdmitted(scene, by.identities)
  if (!isDestinationHidden) {
    return { checks: judged([...BEFORE_THE_DESTINATION, ...CHECKS]), isDestinationHidden }
  }
  const refused = { id: 'destination-policy', failure: { code: 'CopyJobAccessDenied' } } as const
  return { checks: [...judged(BEFORE_THE_DESTINATION), refused], isDestinationHidden }
}

async function readScene(
  tx: ReadTx,
  { identities, now }: { readonly identities: Identities; readonly now: number },
  copy: CopyToCheck,
): Promise<Scene> {
  const { from, point, sourceVault, destinationVaultArn, destinationVaultId, roleArn } = copy
  const found = await vaults.byArn(tx, destinationVaultArn)
  const isAsked = destinationVaultId === undefined || found?.id === destinationVaultId
  const destination = found?.state === 'AVAILABLE' && isAsked ? found : undefined
  const membership = identities.organization(from.account)
  const held = membership && (await settings.ofOrganization(tx, membership.id))
  return {
    ...copy,
    at: now,
    role: identities.role(roleArn),
    source: await guarded(tx, sourceVault, point.arn),
    destination,
    guardedDestination: destination && (await guarded(tx, destination)),
    destinationAccount: parseVaultArn(destinationVaultArn)?.account ?? from.account,
    isCrossAccountEnabled: held?.settings.isCrossAccountBackupEnabled === 'true',
  }
}

type Judge = (scene: Scene, identities: Identities) => Failure | undefined

/** What does not look at the destination. */
const BEFORE_THE_DESTINATION: readonly (readonly [CopyCheckId, Judge])[] = [
  ['resource-type', judgeType],
  ['organization', judgeOrganization],
  ['cross-account', judgeSwitch],
  ['role', judgeRole],
  ['source-policy', judgeSourcePolicy],
]

const CHECKS: typeof BEFORE_THE_DESTINATION = [
  ['destination-vault', judgeDestination],
  ['destination-policy', judgeDestinationPolicy],
  ['retention', judgeRetention],
  ['keys', judgeKeys],
  ['tags', judgeTags],
]

function judgeType({ point, from, destinationVaultArn }: Scene): Failure | undefined {
  if (resourceTypes[point.resourceType].copyable) return undefined
  return {
    code: 'CopyTypeUnsupported',
    type: point.resourceType,
    sourceRegion: from.region,
    destinationRegion: parseVaultArn(destinationVaultArn)?.region ?? '',
  }
}

const isForeign = ({ from, destinationAccount }: Scene) => from.account !== destinationAccount

function judgeOrganization(scene: Scene, identities: Identities): Failure | undefined {
  if (!isForeign(scene)) return undefined
  const [one, other] = [scene.from.account, scene.destinationAccount].map(
    (account) => identities.organization(account)?.id,
  )
  return one !== undefined && one === other ? undefined : { code: 'CopyOrganizationsDiffer' }
}

function judgeSwitch(scene: Scene): Failure | undefined {
  if (!isForeign(scene) || scene.isCrossAccountEnabled) return undefined
  return { code: 'CopyCrossAccountDisabled' }
}

function judgeRole({ from, roleArn, at }: Scene, identities: Identities): Failure | undefined {
  return failureOf(mayAssume(identities, { ...from, roleArn, facts: factsAt(at) }))
}

function judgeSourcePolicy(scene: Scene, identities: Identities): Failure | undefined {
  const { role, source: point, destinationVaultArn: targetVaultArn } = scene
  if (!role) return undefined
  const target = { targetVaultArn, targetAccount: scene.destinationAccount }
  return failureOf(mayCopyFrom(identities, { ...doneBy(scene, role), point, ...target }))
}

function judgeDestination(scene: Scene): Failure | undefined {
  if (scene.destination) return undefined
  return { code: 'CopyJobVaultDoesNotExist', arn: scene.destinationVaultArn }
}

function judgeDestinationPolicy(scene: Scene, identities: Identities): Failure | undefined {
  if (!scene.role || !scene.destination || isAdmitted(scene, identities)) return undefined
  return { code: 'CopyJobAccessDenied' }
}

/** Whether the destination is there and lets the role in. */
function isAdmitted(scene: Scene, identities: Identities): boolean {
  const { role, guardedDestination: vault, source } = scene
  if (!role || !vault) return false
  const into = { ...doneBy(scene, role), vault, requestTags: source.tags }
  return mayCopyInto(identities, into).allowed
}

function judgeRetention({ destination, lifecycle }: Scene): Failure | undefined {
  const { lock } = destination ?? {}
  if (!lock || fitsRetention(lifecycle, lock)) return undefined
  return { code: 'CopyRetentionOutOfRange' }
}

/**
 * The role opens the source's key; AWS Backup itself seals with the destination's, unless somebody
 * has said who may use it. A key of AWS Backup's own serves every role of its account, and what is
 * not fully managed never leaves an account from or to one.
 */
function judgeKeys(scene: Scene, identities: Identities): Failure | undefined {
  const { role, point, sourceVault, destination, at } = scene
  if (!role || !destination) return undefined
  const { fullyManaged } = resourceTypes[point.resourceType]
  if (isForeign(scene) && !fullyManaged) {
    if (point.keyArn === defaultKeyArn(sourceVault)) {
      const isEbs = point.resourceType === 'EBS'
      return { code: isEbs ? 'CopySourceKeyManagedEbs' : 'CopySourceKeyManaged' }
    }
    if (isManaged(destination)) return { code: 'CopyDestinationKeyManaged' }
  }
  if (point.resourceType === 'Storage Gateway' && isManaged(destination)) {
    return { code: 'CopyGatewayVaultKey' }
  }
  const worker = { account: scene.from.account, roleArn: role.arn, at }
  const refused = keyRefusedToCopy(identities, worker, sourceVault)
  // Into another account's vault, under a key of that account's, AWS Backup seals by itself.
  const sealsItself = isForeign(scene) && hasOwnKey(destination)
  if (refused || sealsItself) return refused
  const writing = { vault: destination, action: 'kms:GenerateDataKey' } as const
  return keyRefusedToJob(identities, worker, writing)
}

const isManaged = (vault: VaultRow) => vault.keyArn === defaultKeyArn(vault)

/** A copy carries its source's tags: the role reads them there and sets them here. */
function judgeTags(scene: Scene, identities: Identities): Failure | undefined {
  const { role, source: resource } = scene
  if (!role) return undefined
  const caller = sessionFor(scene, role)
  const decision = mayCall(identities, { caller, action: 'backup:ListTags', resource })
  return decision.allowed ? undefined : { code: 'CopyTagsUnreadable' }
}

/** Who does the copy: a session of its role. */
function sessionFor({ from, at }: Scene, role: Role): Caller {
  return { ...from, principal: backupSession(role), facts: factsAt(at) }
}

function doneBy({ from, at }: Scene, role: Role) {
  return { role, region: from.region, facts: factsAt(at) }
}

/** AWS Backup's own calls go over TLS and have no address. */
const factsAt = (at: number) => ({ at, secure: true })

function failureOf(decision: Decision): Failure | undefined {
  return decision.allowed ? undefined : decision.failure
}
