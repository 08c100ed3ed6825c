// `copyhold admin …`: what only the operator of a server decides, on its own machine, while the
// server is stopped.

import type { Command } from 'commander'
import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'

interface AdoptOptions {
  readonly data?: string
  readonly config?: string
  readonly region: string
  readonly cold?: true
  readonly yes?: true
}

export function addAdminCommands(
  program: Command,
  { host, ended }: { readonly host: Host; ended(code: number): void },
): void {
  program
    .command('admin')
    .description('what only the operator decides')
    .command('adopt-store')
    .option('--data <folder>', 'the folder of a server that is not running')
    .option('--config <file>', 'or the configuration of a server that is not running')
    .requiredOption('--region <region>', 'whose store it is')
    .option('--cold', 'its cold store')
    .option('--yes', 'do it; without this, only say what would be done')
    .description('make a store belong to this catalog, and no longer to the one it belonged to')
    .action(async (options: AdoptOptions) => ended(await adoptStore(options, host)))
}

/** Answers 0 when the store was adopted, 252 when `--yes` was not given. */
async function adoptStore(options: AdoptOptions, host: Host): Promise<number> {
  const { data, config, region, cold, yes } = options
  const { terminal, surroundings } = host
  const whole = (file: string) =>
    file.startsWith('/') ? file : `${surroundings.currentFolder}/${file}`
  if ((data === undefined) === (config === undefined)) {
    throw new UsageMistake('Which catalog? Give either --data FOLDER or --config FILE.')
  }
  const isDone = await host.adoptStore({
    from: config === undefined ? { dataDir: whole(data ?? '') } : { configFile: whole(config) },
    region,
    isCold: cold === true,
    async confirm(what) {
      terminal.out(`${what}\n`)
      return yes === true
    },
  })
  if (isDone) {
    terminal.out('It does. Start the server again.\n')
    return EXIT.success
  }
  terminal.err('copyhold: nothing was done. If that is what you want, add --yes.\n')
  return EXIT.usage
}
