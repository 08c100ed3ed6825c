// What a vault's access policy says of an action, as far as it can be told without knowing who
// asks: a first reading that never claims more than it knows. The service alone decides.

/** How a policy stands to an action; conditionally: it depends on who asks and from where. */
export type Standing = 'denies' | 'denies-conditionally' | 'allows' | 'silent'

/** Reads a policy document. Anything that is none counts as silent. */
export function standingOf(policyText: string, action: string): Standing {
  const statements = statementsOf(policyText).filter((statement) => names(statement, action))
  const denials = statements.filter(({ Effect }) => Effect === 'Deny')
  if (denials.some((denial) => !denial.Condition && isEveryone(denial.Principal))) return 'denies'
  if (denials.length > 0) return 'denies-conditionally'
  return statements.some(({ Effect }) => Effect === 'Allow') ? 'allows' : 'silent'
}

interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly NotAction?: unknown
  readonly Condition?: unknown
}

function statementsOf(policyText: string): Statement[] {
  try {
    const { Statement: found } = JSON.parse(policyText) as { Statement?: unknown }
    return list(found).filter((entry) => typeof entry === 'object' && entry !== null)
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function list(value: unknown): Statement[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Statement[]
}

const words = (value: unknown) => list(value).map((word) => String(word).toLowerCase())

function names({ Action, NotAction }: Statement, action: string): boolean {
  const hits = (pattern: string) =>
    pattern === '*' || pattern === 'backup:*' || pattern === action.toLowerCase()
  if (NotAction !== undefined) return !words(NotAction).some(hits)
  return words(Action).some(hits)
}

function isEveryone(principal: unknown): boolean {
  if (principal === '*') return true
  const aws = (principal as { AWS?: unknown } | undefined)?.AWS
  return words(aws).includes('*')
}
