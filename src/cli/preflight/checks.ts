// The checks that stand before a copy, each judged by what can be seen from here. Rules are the
// model's; nothing is guessed: what cannot be known says so, and why.

import {
  checkCopyLifecycle,
  checkCopySource,
  type Failure,
  isContinuousPointArn,
  isPointArn,
  isRoleArn,
  parseResourceType,
  resourceTypes,
} from '../../model/index.ts'
import { failureText, jobStatusMessage } from '../../wire/index.ts'
import { type Check, checkOf, sourceLifecycle } from './check.ts'
import { destinationChecks } from './destination-checks.ts'
import { accountOf, type Scene } from './scene.ts'

/** Every check, in the order in which the service makes them. */
export function checksOf(scene: Scene): Check[] {
  return [
    roleCheck(scene),
    sourceVaultCheck(scene),
    pointCheck(scene),
    ...(scene.point.is === 'answer' ? pointStateChecks(scene) : []),
    lifecycleCheck(scene),
    ...destinationChecks(scene),
    runningCheck(scene),
  ]
}

function roleCheck({ wish, sourceVault }: Scene): Check {
  const check = checkOf('role', 'Role', 'role-not-assumable')
  if (!isRoleArn(wish.roleArn)) {
    return check.fail(`${wish.roleArn} is not the ARN of a role`, 'request')
  }
  const account = accountOf(sourceVault)
  const owner = wish.roleArn.split(':')[4]
  if (account !== undefined && owner !== account) {
    const whose = `it belongs to account ${owner}, the copy to account ${account}`
    return check.fail(`the role must be of the account that copies; ${whose}`, 'request')
  }
  return check.unknown(
    'its ARN is well formed; whether backup.amazonaws.com may assume it, whether it may read, ' +
      'copy and tag, and whether you may pass it (iam:PassRole) only IAM knows',
  )
}

function sourceVaultCheck({ sourceVault, wish, region }: Scene): Check {
  const check = checkOf('source-vault', 'Source vault', 'insufficient-privileges')
  const where = `${wish.sourceVaultName} in ${region}`
  if (sourceVault.is === 'answer') return check.pass(`${where} is there`)
  if (sourceVault.is === 'hidden') return check.unknown(`${where}: ${sourceVault.message}`)
  return check.fail(`${where} is not there, or may not be seen: ${sourceVault.message}`, 'request')
}

function pointCheck({ point, sourceVault, wish }: Scene): Check {
  const check = checkOf('recovery-point', 'Recovery point', 'recovery-point-gone')
  if (!isPointArn(wish.recoveryPointArn)) {
    const text = refusal({ code: 'UnsupportedResourceType', arn: wish.recoveryPointArn })
    return { ...check.fail(text, 'request'), article: 'unsupported-arn' }
  }
  if (point.is === 'answer') return check.pass(`it lies in ${wish.sourceVaultName}`)
  if (sourceVault.is !== 'answer') return check.unknown('the vault it should lie in was not seen')
  if (point.is === 'absent') return check.fail(point.message, 'request')
  return check.unknown(point.message)
}

function pointStateChecks(scene: Scene): Check[] {
  const { wish, point, region, destination } = scene
  const { Status, StorageClass, ResourceType } = point.is === 'answer' ? point.answer : {}
  const arn = wish.recoveryPointArn
  const status = String(Status ?? '')
  const kind = checkOf('recovery-point-kind', 'Kind of recovery point', 'continuous')
  const state = checkOf('recovery-point-state', 'State', 'recovery-point-state')
  const refused = checkCopySource({ arn, status, storageClass: String(StorageClass ?? 'WARM') })
  const article = refused?.code === 'ColdRecoveryPoint' ? { article: 'cold' } : {}
  const type = checkOf('resource-type', 'Resource type', 'type-unsupported')
  const parsed = parseResourceType(String(ResourceType ?? ''))
  const unsupported = {
    code: 'CopyTypeUnsupported',
    type: String(ResourceType ?? ''),
    sourceRegion: region,
    destinationRegion: destination?.region ?? '',
  } as const
  return [
    isContinuousPointArn(arn)
      ? kind.fail(refusal({ code: 'ContinuousRecoveryPoint', arn }), 'request')
      : kind.pass('it is a snapshot, not continuous'),
    refused
      ? { ...state.fail(refusal(refused), 'request'), ...article }
      : status === ''
        ? state.unknown('the recovery point does not say its state')
        : state.pass(`${status}, in warm storage`),
    parsed === undefined
      ? type.unknown(`what ${ResourceType ?? 'this type'} can is not known here`)
      : resourceTypes[parsed].copyable
        ? type.pass(`${parsed} can be copied`)
        : type.fail(jobStatusMessage(unsupported, 'copy'), 'job'),
  ]
}

function lifecycleCheck(scene: Scene): Check {
  const check = checkOf('lifecycle', 'Lifecycle', 'lifecycle-days')
  const { lifecycle: requested } = scene.wish
  const source = sourceLifecycle(scene)
  if (!requested) return check.pass('none is given: the copy takes that of its source')
  const refused = checkCopyLifecycle({ requested, ...(source ? { source } : {}) })
  if (!refused) return check.pass('it is within the rules')
  const article = refused.code === 'LifecycleTooClose' ? { article: 'lifecycle-too-close' } : {}
  return { ...check.fail(refusal(refused), 'request'), ...article }
}

function runningCheck({ running }: Scene): Check {
  const check = checkOf('other-copies', 'Other copies', 'too-many-jobs')
  if (running.is !== 'answer') return check.unknown(running.message)
  const count = (running.answer.CopyJobs as unknown[]).length
  if (count === 0) return check.pass('no other copy of the resource is under way')
  return check.pass(`${count} of the same resource not ended: this one may have to wait for them`)
}

const refusal = (failure: Failure) => failureText(failure).message
