// `copyhold vault rebuild-catalog`: makes a catalog anew out of the stores of a data folder or of a
// configuration, and says what came back, what nothing vouches for, and what could not be read.

import { EXIT } from '../aws/failure.ts'
import { formatJson } from '../aws/output-json.ts'
import type { Host, RebuiltCatalog } from '../host.ts'
import { WAIT_EXIT } from '../jobs/kinds.ts'
import { UsageMistake } from './run.ts'

export interface RebuildOptions {
  readonly data?: string
  readonly config?: string
  readonly output: 'text' | 'json'
}

/** Answers 0 when everything came back, 3 when something could not be read or is gone. */
export async function rebuildCatalog(options: RebuildOptions, host: Host): Promise<number> {
  const { terminal, surroundings } = host
  const { data, config } = options
  const whole = (file: string) =>
    file.startsWith('/') ? file : `${surroundings.currentFolder}/${file}`
  if ((data === undefined) === (config === undefined)) {
    throw new UsageMistake('Which catalog? Give either --data FOLDER or --config FILE.')
  }
  const rebuilt = await host.rebuildCatalog(
    config === undefined ? { dataDir: whole(data ?? '') } : { configFile: whole(config) },
  )
  terminal.out(options.output === 'json' ? formatJson(rebuilt) : textOf(rebuilt))
  const { unreadable, damaged, lost, missingPacks } = rebuilt
  const isWhole = [unreadable, damaged, lost, missingPacks].every(({ length }) => length === 0)
  return isWhole ? EXIT.success : WAIT_EXIT.partial
}

/** Said every time, for nothing in a store tells it. */
const NOT_KNOWN =
  'Not known any more: jobs and their history, idempotency tokens, resources that were never\n' +
  'backed up, results of verifications.\n'

function textOf(rebuilt: RebuiltCatalog): string {
  const { vaults, unconfirmed, lost, damaged, missingPacks } = rebuilt
  const { unreadable, removed, resources } = rebuilt
  return [
    `The catalog ${rebuilt.catalog} was made: ${counted(vaults.length, 'vault')}.\n`,
    rebuilt.replaced === undefined ? '' : `The one that was there is now ${rebuilt.replaced}\n`,
    ...vaults.map(vaultLine),
    list(
      'Unconfirmed: no fact tells of these recovery points. They are listed, restored and copied,\n' +
        'and not deleted until you confirm them:',
      unconfirmed.map(({ arn }) => arn),
    ),
    list(
      'Lost: facts tell of these recovery points, but their manifests are gone:',
      lost.map(({ arn }) => arn),
    ),
    list(
      'Damaged: these objects cannot be read, and were left as they are:',
      damaged.map(({ object, reason }) => `${object}: ${reason}`),
    ),
    list(
      'Missing packs: recovery points need them. `copyhold vault verify` may find them elsewhere:',
      missingPacks.map(({ vaultArn, name }) => `${name} of ${vaultArn}`),
    ),
    list(
      'Unreadable: these vaults were left as they are. Put back what they lack, and run this again:',
      unreadable.map(({ region, vaultId, reason }) => `${vaultId} in ${region}: ${reason}`),
    ),
    list('Removed, for they had been deleted:', removed),
    list('Registered again, as their recovery points tell:', resources),
    NOT_KNOWN,
  ].join('')
}

function vaultLine(vault: RebuiltCatalog['vaults'][number]): string {
  const unneeded = vault.unneededPacks > 0 ? `, ${vault.unneededPacks} of them for a sweep` : ''
  const mark = vault.unconfirmed ? ' (the name is made up: no fact tells it)' : ''
  const has = `${counted(vault.points, 'recovery point')}, ${counted(vault.packs, 'pack')}`
  return `  ${vault.arn}: ${has}${unneeded}${mark}\n`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
}
