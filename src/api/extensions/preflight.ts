// What would become of a copy, without starting it.
//
// POST /_copyhold/preflight   the members of StartCopyJob
//   → {"Refused": {"Error", "Message"}} or {"Checks": [{"Check", "Message"?, "MessageCategory"?}],
//     "CopyMode"?, "Lifecycle"?}; a check without a message passes

import type { Caller } from '../../access/index.ts'
import { foretellCopy } from '../../jobs/index.ts'
import type { Failure, RequestedLifecycle } from '../../model/index.ts'
import { Answer, messageCategory } from '../../model/index.ts'
import { failureText, jobStatusMessage } from '../../wire/index.ts'
import { authorization } from '../authorization.ts'
import type { ApiContext } from '../context.ts'
import type { Extension, ExtensionRequest } from '../extension.ts'

/** Judges a copy by what StartCopyJob and its job are judged by. */
export const preflightCopy: Extension = {
  method: 'POST',
  path: '/preflight',
  async answer(request, context) {
    const wish = wishedCopy(request)
    const denied = await deniedCall(wish, request.caller, context)
    const forecast = denied ?? (await foretellCopy(context, wish))
    if ('refused' in forecast) {
      const { shape, message } = failureText(forecast.refused)
      return { Refused: { Error: shape, Message: message } }
    }
    return {
      Checks: forecast.checks.map(({ id, failure }) => ({
        Check: id,
        ...(failure ? told(failure) : {}),
      })),
      CopyMode: forecast.copyMode,
      Lifecycle: forecast.lifecycle,
    }
  },
}

/** What StartCopyJob would be refused with before it is looked at. */
async function deniedCall(
  wish: ReturnType<typeof wishedCopy>,
  caller: Caller,
  context: ApiContext,
): Promise<{ readonly refused: Failure } | undefined> {
  // Only what was read: whatever else the body says is no member of StartCopyJob's.
  const input = {
    SourceBackupVaultName: wish.sourceVaultName,
    RecoveryPointArn: wish.pointArn,
    IamRoleArn: wish.roleArn,
  }
  try {
    await authorization.operation({ operation: 'StartCopyJob', input, caller }, context)
    return undefined
  } catch (error) {
    if (error instanceof Answer) return { refused: error.failure }
    throw error
  }
}

function told(failure: Failure) {
  return {
    Message: jobStatusMessage(failure, 'copy'),
    MessageCategory: messageCategory({ failure }),
  }
}

function wishedCopy({ body, caller }: ExtensionRequest) {
  const members = typeof body === 'object' && body !== null ? body : {}
  const text = (parameter: string): string => {
    const value = (members as Readonly<Record<string, unknown>>)[parameter]
    if (typeof value === 'string' && value !== '') return value
    throw new Answer({ code: 'MissingParameter', parameter })
  }
  const { account, region } = caller
  return {
    from: { account, region },
    sourceVaultName: text('SourceBackupVaultName'),
    pointArn: text('RecoveryPointArn'),
    destinationVaultArn: text('DestinationBackupVaultArn'),
    roleArn: text('IamRoleArn'),
    lifecycle: readLifecycle((members as { Lifecycle?: unknown }).Lifecycle),
  }
}

const DAYS = ['MoveToColdStorageAfterDays', 'DeleteAfterDays'] as const
const OPT_IN = 'OptInToArchiveForSupportedResources'

function readLifecycle(given: unknown): RequestedLifecycle | undefined {
  if (given === undefined || given === null) return undefined
  const parameter = 'Lifecycle'
  if (typeof given !== 'object') {
    throw new Answer({ code: 'InvalidParameter', parameter, reason: 'expected an object' })
  }
  const members = given as Readonly<Record<string, unknown>>
  const wrong =
    Object.keys(members).find((name) => name !== OPT_IN && !DAYS.some((days) => days === name)) ??
    DAYS.find((name) => members[name] !== undefined && !Number.isSafeInteger(members[name])) ??
    (['undefined', 'boolean'].includes(typeof members[OPT_IN]) ? undefined : OPT_IN)
  if (wrong === undefined) return members as RequestedLifecycle
  const reason = `expected whole numbers ${DAYS.join(' and ')}, and a boolean ${OPT_IN}`
  throw new Answer({ code: 'InvalidParameter', parameter: `${parameter}.${wrong}`, reason })
}
