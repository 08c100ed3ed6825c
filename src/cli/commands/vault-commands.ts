// The commands below `copyhold vault`, for operators of vaults. Each is loaded when it runs.

import { type Command, Option } from 'commander'
import type { Host } from '../host.ts'

const outputOption = () =>
  new Option('--output <format>', 'for people or for programs')
    .choices(['text', 'json'])
    .default('text')

/** What the commands run on. */
interface Ground {
  readonly host: Host
  ended(code: number): void
}

/** Adds them; `asksServer` adds the options of commands that ask a server. */
export function addVaultCommands(
  program: Command,
  asksServer: (command: Command) => Command,
  on: Ground,
): void {
  const { host, ended } = on
  const vault = program.command('vault').description('for operators of vaults')
  asksServer(vault.command('sweep'))
    .argument('<vault>', 'its name')
    .description('delete the packs that no recovery point needs')
    .action(async (name: string, options) => {
      const { sweepVault } = await import('./vault-sweep.ts')
      ended(await sweepVault({ vault: name, ...options }, host))
    })
  asksServer(vault.command('verify'))
    .argument('<vault>', 'its name')
    .option('--sample <percent>', 'read only this share of its packs, drawn at random')
    .addOption(outputOption())
    .description('read the whole vault, repair what is damaged, say what stays damaged')
    .action(async (name: string, options) => {
      const { verifyVault } = await import('./vault-verify.ts')
      ended(await verifyVault({ vault: name, ...options }, host))
    })
  asksServer(vault.command('compare'))
    .argument('<vault>', 'its name or ARN')
    .argument('<other>', 'name or ARN of the vault that may lack something')
    .addOption(outputOption())
    .description('which recovery points and bytes another vault lacks')
    .action(async (name: string, other: string, options) => {
      const { compareVaults } = await import('./vault-compare.ts')
      ended(await compareVaults({ vault: name, other, ...options }, host))
    })
  asksServer(vault.command('point'))
    .argument('<vault>', 'its name')
    .argument('<arn>', 'of a recovery point in it')
    .addOption(outputOption())
    .description('say when a recovery point is deleted, and why then')
    .action(async (name: string, arn: string, options) => {
      const { vaultPoint } = await import('./vault-point.ts')
      ended(await vaultPoint({ vault: name, arn, ...options }, host))
    })
  vault
    .command('rebuild-catalog')
    .option('--data <folder>', 'the folder of a server that is not running')
    .option('--config <file>', 'or the configuration of a server that is not running')
    .addOption(outputOption())
    .description('make a new catalog out of the stores, for one that is lost')
    .action(async (options) => {
      const { rebuildCatalog } = await import('./vault-rebuild.ts')
      ended(await rebuildCatalog(options, host))
    })
  addKeyCommands(vault, asksServer, on)
}

/** Who has which keys. */
function addKeyCommands(
  vault: Command,
  asksServer: (command: Command) => Command,
  { host, ended }: Ground,
): void {
  asksServer(vault.command('rotate-key'))
    .argument('<vault>', 'its name')
    .option('--key-arn <arn>', 'wrap the vault’s keys under this key from now on')
    .addOption(outputOption())
    .description('give a vault its next key, without touching what is in it')
    .action(async (name: string, options) => {
      const { rotateKey } = await import('./vault-rotate-key.ts')
      ended(await rotateKey({ vault: name, ...options }, host))
    })
  asksServer(vault.command('settings'))
    .argument('<vault>', 'its name')
    .addOption(
      new Option('--copy-mode <mode>', 'how copies come into it from now on').choices([
        'verbatim',
        'reencrypt',
        'default',
      ]),
    )
    .description('show or set the settings of a vault that AWS does not have')
    .action(async (name: string, options) => {
      const { vaultSettings } = await import('./vault-settings.ts')
      ended(await vaultSettings({ vault: name, ...options }, host))
    })
}
