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
  const { serving, terminal } = host
  if (options.schema) {
    terminal.out(await serving.schema())
    return EXIT.success
  }
  const file = configurationOf(options, host)
  if (options.check) {
    const checked = await serving.check(file)
    if ('mistakes' in checked) return refuse(checked.mistakes, host)
    terminal.out(`${checked.summary}\n`)
    return EXIT.success
  }
  const takenPort = `Choose another one under \`listen\` in ${file}, or stop that program.`
  const refused = await runUntilTold(() => serving.start(file), host, takenPort)
  return refused ? refuse(refused.mistakes, host) : EXIT.success
}

/** Where a configuration is looked for that no option names. */
const HERE = 'copyhold.yaml'
const SYSTEM = '/etc/copyhold/copyhold.yaml'

/** The file's absolute path; one that was found is told. Throws UsageMistake. */
function configurationOf({ config }: ServeOptions, { surroundings, terminal }: Host): string {
  const here = (path: string) =>
    path.startsWith('/') ? path : `${surroundings.currentFolder}/${path}`
  if (config !== undefined) return here(config)
  const found = [here(HERE), SYSTEM].find((path) => surroundings.exists(path))
  if (found === undefined) {
    throw new UsageMistake(
      `There is no configuration: neither ${here(HERE)} nor ${SYSTEM} is there. Name one with ` +
        '--config FILE, or write a first one with `copyhold init`.',
    )
  }
  terminal.err(`copyhold: the configuration is ${found}\n`)
  return found
}

function refuse(mistakes: string, { terminal }: Host): number {
  terminal.err(`copyhold: ${mistakes}\n`)
  return EXIT.configuration
}
