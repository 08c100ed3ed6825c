// How a decision to be tested is written: who asks, what every policy says, and what AWS would
// answer, with the page that says so or the reasoning where none does.

/** Pages of AWS's documentation, by the name that cases call them. */
export const SOURCES = {
  operators: 'IAM user guide, "IAM JSON policy elements: Condition operators"',
  sets: 'IAM user guide, "Set operators for multivalued context keys"',
  several: 'IAM user guide, "Conditions with multiple context keys or values"',
  variables: 'IAM user guide, "IAM policy elements: Variables and tags"',
  action: 'IAM user guide, "IAM JSON policy elements: Action" and "NotAction"',
  resource: 'IAM user guide, "IAM JSON policy elements: Resource" and "NotResource"',
  principal: 'IAM user guide, "AWS JSON policy elements: Principal" and "NotPrincipal"',
  logic: 'IAM user guide, "Policy evaluation logic"',
  cross: 'IAM user guide, "Cross-account policy evaluation logic"',
  boundary: 'IAM user guide, "Permissions boundaries for IAM entities"',
  session: 'IAM user guide, "Policies and permissions": session policies',
  controls: 'AWS Organizations user guide, "Service control policies"',
  trust: 'IAM user guide, "Roles terms and concepts": trust policy',
  pass: 'IAM user guide, "Granting a user permissions to pass a role to an AWS service"',
  keys: 'AWS KMS developer guide, "Key policies"',
  backup:
    'AWS Backup developer guide, "Vault access policies" and "Creating copies across accounts"',
  global: 'IAM user guide, "AWS global condition context keys"',
} as const

export type Source = keyof typeof SOURCES

/** A statement as a policy spells it; Version is 2012-10-17 unless a case says otherwise. */
export type Statement = Readonly<Record<string, unknown>>

/** Who can ask: see `who.ts`. */
export type Name = 'bob' | 'ann' | 'root' | 'session' | 'stranger' | 'strangerRoot' | 'backup'

/** `allow` or `deny`, by which kind of policy; `deny!` where a statement says Deny. */
export type Outcome = `${'allow' | 'deny' | 'deny!'} ${Decider}`
export type Decider =
  | 'identity'
  | 'resource'
  | 'boundary'
  | 'session'
  | 'control'
  | 'trust'
  | 'root'

export interface Case {
  readonly source: Source
  readonly why: string
  readonly expect: Outcome
  /** `bob` unless said. */
  readonly who?: Name
  readonly version?: '2008-10-17'
  readonly identity?: readonly Statement[]
  readonly boundary?: readonly Statement[]
  readonly session?: readonly Statement[]
  readonly resource?: readonly Statement[]
  readonly controls?: readonly (readonly Statement[])[]
  readonly kind?: 'resource' | 'key' | 'role'
  readonly action?: string
  readonly arn?: string
  /** Whose the resource is; the account of `bob` unless said. */
  readonly account?: string
  readonly keys?: Readonly<Record<string, string | readonly string[]>>
}

export const HERE = '111122223333'
export const THERE = '444455556666'
export const VAULT = `arn:aws:backup:eu-west-1:${HERE}:backup-vault:daily`

/** Allows everything, but for what the statement says instead. */
export function allow(statement: Statement = {}): Statement {
  return { Effect: 'Allow', ...everything(statement), ...statement }
}

/** Denies everything, but for what the statement says instead. */
export function deny(statement: Statement = {}): Statement {
  return { Effect: 'Deny', ...everything(statement), ...statement }
}

function everything(statement: Statement): Statement {
  return {
    ...('NotAction' in statement ? {} : { Action: '*' }),
    ...('NotResource' in statement ? {} : { Resource: '*' }),
  }
}
