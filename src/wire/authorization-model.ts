// What IAM asks of each operation, as data: AWS's service authorization reference beside the
// service model. Nothing else in the program knows which resource an operation is done to, which
// role it passes, or which condition keys it brings.

import data from './model/authorization.json' with { type: 'json' }

/** The kinds of things that policies of AWS Backup can name. */
export type GuardedType =
  | 'backupAccessPoint'
  | 'backupPlan'
  | 'backupVault'
  | 'framework'
  | 'legalHold'
  | 'recoveryPoint'
  | 'reportPlan'
  | 'restoreTestingPlan'
  | 'tieringConfiguration'

/** A place in an input: names of members with dots between them, `[]` behind that of a list. */
export type InputPath = string

export interface OperationAuthorization {
  /** What it is done to; absent: nothing in particular, which policies name `*`. */
  readonly resource?: {
    /** `any`: whatever the ARN at `at` is the ARN of. */
    readonly type: GuardedType | 'any'
    /** Where the input has its name, id or ARN; absent while it is being made and has none. */
    readonly at?: InputPath
    /** Where the input has the vault of a recovery point. */
    readonly vaultAt?: InputPath
  }
  /** Where the input has the tags that are `aws:RequestTag` and `aws:TagKeys`. */
  readonly tagsAt?: InputPath
  /** Where the input has mere keys of tags, `aws:TagKeys`. */
  readonly tagKeysAt?: InputPath
  /** Condition keys of AWS Backup's own, each with the place of its value. */
  readonly keys?: Readonly<Record<string, InputPath>>
  /** An action that is asked for as well where the input sets tags. */
  readonly withTags?: string
  /** Roles it hands to a service (`iam:PassRole`), each with `iam:PassedToService`. */
  readonly passesRole?: readonly { readonly at: InputPath; readonly to: string }[]
}

const OPERATIONS = data.operations as Readonly<Record<string, OperationAuthorization>>
const RESOURCES: Readonly<Record<GuardedType, string>> = data.resources

/** What is asked of the operation of that name, of the service model; any other name is a bug. */
export function authorizationOf(operation: string): OperationAuthorization {
  const found = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined
  if (!found) throw new Error(`no operation ${operation} in the authorization reference`)
  return found
}

/** Every operation that the reference names. */
export const authorizedOperations: readonly string[] = Object.keys(OPERATIONS)

/** The ARN of a thing of an account, with `*` for its name or id while it has none. */
export function guardedArn(
  type: GuardedType,
  of: {
    readonly partition: string
    readonly region: string
    readonly account: string
    readonly name?: string | undefined
  },
): string {
  const { partition: Partition, region: Region, account: Account, name } = of
  const place: Readonly<Record<string, string>> = { Partition, Region, Account }
  let own = name
  return RESOURCES[type].replace(/\$\{(\w+)\}/g, (_, part: string) => {
    if (part in place) return place[part] as string
    const text = own ?? '*'
    // An id behind the name is the server's to give.
    own = undefined
    return text
  })
}

/** The values at a place of an input; none where it is not given. */
export function valuesAt(input: unknown, at: InputPath): readonly unknown[] {
  let values: readonly unknown[] = [input]
  for (const step of at.split('.')) {
    const name = step.replace(/\[\]$/, '')
    values = values.map((value) => ownMember(value, name)).filter((value) => value !== undefined)
    if (step.endsWith('[]')) values = values.flat()
  }
  return values
}

function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
