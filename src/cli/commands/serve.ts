// `copyhold serve`: a server in production, until it is told to stop; or a look at whether its
// configuration is right; or the schema of configurations.

import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'
import { runUntilTold } from './until-told.ts'

export interface ServeOptions {
  readonly config?: string
  readonly check?: boolean
  readonly schema?: boolean
}

/** Answers 253 for a configuration that cannot be used, every mistake told. */
export async function serve(options: ServeOptions, host: Host): Promise<number> {
  const { serving, terminal, surroundings } = host
  if (options.schema) {
    terminal.out(await serving.schema())
    return EXIT.success
  }
  const { config } = options
  if (config === undefined) {
    throw new UsageMistake(
      'Which configuration? Use --config FILE; `copyhold init` writes a first one.',
    )
  }
  const file = config.startsWith('/') ? config : `${surroundings.currentFolder}/${config}`
  if (options.check) {
    const checked = await serving.check(file)
    if ('mistakes' in checked) return refuse(checked.mistakes, host)
    terminal.out(`${checked.summary}\n`)
    return EXIT.success
  }
  const refused = await runUntilTold(() => serving.start(file), host)
  return refused ? refuse(refused.mistakes, host) : EXIT.success
}

function refuse(mistakes: string, { terminal }: Host): number {
  terminal.err(`copyhold: ${mistakes}\n`)
  return EXIT.configuration
}
