// `copyhold env`: the lines that have a shell's commands ask the development server, the AWS CLI,
// SDKs and `copyhold` alike; or those that take it back.

import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'

export const SYNTAXES = ['sh', 'fish', 'powershell'] as const
type Syntax = (typeof SYNTAXES)[number]

export interface EnvOptions {
  readonly port: string
  readonly account: string
  readonly region?: string
  readonly shell: Syntax
  readonly unset?: boolean
}

/** Where nothing names a Region. */
const DEFAULT_REGION = 'eu-west-1'
/** What would speak louder than what is set here. */
const IN_THE_WAY = ['AWS_PROFILE', 'AWS_SESSION_TOKEN']

/** Prints the lines. Answers 0. */
export function env(options: EnvOptions, { terminal, surroundings }: Host): number {
  const { port, account, shell, unset } = options
  const region =
    options.region ??
    (surroundings.variable('AWS_REGION') ||
      surroundings.variable('AWS_DEFAULT_REGION') ||
      DEFAULT_REGION)
  check({ port, account, region })
  const variables = {
    AWS_ENDPOINT_URL_BACKUP: `http://127.0.0.1:${port}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'any',
  }
  const { set, take, use } = SPELLED[shell]
  const lines = unset
    ? Object.keys(variables).map(take)
    : [...Object.entries(variables).map(set), ...IN_THE_WAY.map(take)]
  terminal.out(lines.map((line) => `${line}\n`).join(''))
  if (terminal.outIsTerminal) terminal.err(`Have this shell use it: ${use}\n`)
  return EXIT.success
}

const SPELLED: Readonly<
  Record<
    Syntax,
    {
      set(variable: readonly [string, string]): string
      take(name: string): string
      readonly use: string
    }
  >
> = {
  sh: {
    set: ([name, value]) => `export ${name}='${value}'`,
    take: (name) => `unset ${name}`,
    use: 'eval "$(copyhold env)"',
  },
  fish: {
    set: ([name, value]) => `set -gx ${name} '${value}'`,
    take: (name) => `set -e ${name}`,
    use: 'copyhold env --shell fish | source',
  },
  powershell: {
    set: ([name, value]) => `$Env:${name} = '${value}'`,
    take: (name) => `Remove-Item -ErrorAction Ignore Env:${name}`,
    use: 'copyhold env --shell powershell | Out-String | Invoke-Expression',
  },
}

// Nothing that a shell could read otherwise gets as far as the lines.
function check({ port, account, region }: { port: string; account: string; region: string }): void {
  if (!/^\d+$/.test(port) || Number(port) === 0 || Number(port) > 65_535) {
    throw new UsageMistake(`--port ${port} is not a port: use a number from 1 to 65535.`)
  }
  if (!/^\d{12}$/.test(account)) {
    throw new UsageMistake(`--account ${account} is not an account: use 12 digits.`)
  }
  if (!/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) {
    throw new UsageMistake(`${region} is not a Region: use one such as eu-central-1.`)
  }
}
