// The command line as a person runs it, in this process, against a server that is there already.

import { adoptStore } from '../src/assembly/index.ts'
import { runCli } from '../src/cli/index.ts'
import { noServing } from '../src/cli/stub.suite.ts'
import { systemSurroundings, systemTerminal } from '../src/world/index.ts'
import type { User } from './real-server.ts'

type Rebuild = Parameters<typeof runCli>[1]['rebuildCatalog']

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command with no terminal and nothing but this environment. */
export async function runCommand(
  argv: readonly string[],
  options: {
    readonly environment?: Readonly<Record<string, string | undefined>>
    readonly rebuildCatalog?: Rebuild
  } = {},
): Promise<Ran> {
  const { environment = {}, rebuildCatalog } = options
  const printed = { out: '', err: '' }
  const code = await runCli([...argv], {
    startServer: () => Promise.reject(new Error('one is running already')),
    rebuildCatalog: rebuildCatalog ?? (() => Promise.reject(new Error('a server is running'))),
    adoptStore,
    serving: noServing,
    terminal: {
      ...systemTerminal,
      out: (text) => {
        printed.out += String(text)
      },
      err: (text) => {
        printed.err += text
      },
      outIsTerminal: false,
      errIsTerminal: false,
    },
    surroundings: { ...systemSurroundings, variable: (name) => environment[name] },
  })
  return { code, ...printed }
}

/** The environment of a user's shell: his server, Region and account, and a home of his own. */
export function environmentOf(user: User, home: string) {
  return {
    AWS_ENDPOINT_URL_BACKUP: user.url,
    AWS_REGION: user.region,
    AWS_ACCESS_KEY_ID: user.account,
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: home,
  }
}
