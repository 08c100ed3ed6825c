// From the text of a configuration file to what a server is made of, or to every mistake in it.
// YAML and JSON alike. Shape is checked first, then what concerns several members, policies and
// secrets; nothing is used unless all of it is right.

import path from 'node:path'
import { isMap, LineCounter, parseDocument, type Document as YamlDocument } from 'yaml'
import {
  type AccountId,
  AWS_QUOTAS,
  type Limits,
  parseAccountId,
  parseRegionName,
  type Quotas,
  type RegionName,
} from '../model/index.ts'
import { type DeclaredIdentities, declareIdentities } from './identities.ts'
import { ConfigurationInvalid, type Mistake, Mistakes, type Place } from './mistakes.ts'
import { checkPlaces } from './place-checks.ts'
import { type ConfigurationFile, configurationSchema } from './schema.ts'
import { NotReadable, type Secrets } from './secrets.ts'
import { addShapeMistakes } from './shape-mistakes.ts'

/** A folder that can be backed up. */
export interface DeclaredResource {
  readonly account: AccountId
  readonly region: RegionName
  /** Absolute. */
  readonly path: string
  readonly name: string
  /** `fs-` and 17 digits, where the configuration gives one. */
  readonly id?: string
}

/** Everything a server in production is made of. Paths are absolute. */
export interface Configuration {
  readonly data: string
  readonly keyring: string
  readonly listen: {
    readonly host: string
    readonly port: number
    readonly hostNames: readonly string[]
    /** PEM texts. */
    readonly tls?: { readonly certificate: string; readonly key: string }
    /** Addresses of proxies that are believed. */
    readonly trustedProxies: readonly string[]
  }
  /** Store folders by Region. */
  readonly stores: Readonly<Record<RegionName, string>>
  /** Folders of cold storage by Region, of those that have it. */
  readonly coldStores: Readonly<Record<RegionName, string>>
  readonly identities: DeclaredIdentities
  readonly accounts: readonly AccountId[]
  readonly resources: readonly DeclaredResource[]
  /** Folders that the restores of all accounts may write below, and those of single ones. */
  readonly restoreRoots: readonly string[]
  readonly restoreRootsByAccount: Readonly<Record<AccountId, readonly string[]>>
  readonly quotas: Quotas
  /** Those that hold until others are set. */
  readonly limits: Limits
  readonly logLevel: 'info' | 'warn' | 'error' | 'silent'
}

/** What reading a configuration needs of the world. */
export interface Surrounding extends Secrets {
  /** Absolute path of the configuration file. */
  readonly path: string
  /** The text of a file that anybody may read. Throws NotReadable. */
  publicFile(path: string): string
}

/** Throws ConfigurationInvalid with every mistake. */
export function readConfiguration(text: string, around: Surrounding): Configuration {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const fail = (found: readonly Mistake[]): never => {
    throw new ConfigurationInvalid(around.path, found)
  }
  if (document.errors.length > 0) {
    fail(
      document.errors.map(({ message, pos }) => ({
        place: [],
        problem: message,
        line: lines.linePos(pos[0]).line,
      })),
    )
  }
  const mistakes = new Mistakes()
  const configuration = checked(document.toJS({ maxAliasCount: 100 }), around, mistakes)
  if (configuration !== undefined && mistakes.found.length === 0) return configuration
  const placed = distinct(mistakes.found).map((mistake) => ({
    ...mistake,
    line: lineOf(document, mistake.place, lines),
  }))
  return fail(placed.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)))
}

function checked(
  value: unknown,
  around: Surrounding,
  mistakes: Mistakes,
): Configuration | undefined {
  const { data: file, error } = configurationSchema.safeParse(value)
  if (file === undefined) {
    addShapeMistakes(error.issues, { schema: configurationSchema, value }, mistakes)
    return undefined
  }
  const folder = path.dirname(around.path)
  checkPlaces(file, folder, mistakes)
  const identities = declareIdentities(file, around, mistakes)
  const tls = readTls(file, around, mistakes)
  const whole = (name: string) => path.resolve(folder, name)
  const { listen, quotas, limits } = file
  const { profile, ...own } = quotas
  return {
    data: whole(file.data),
    keyring: whole(file.keys.keyring ?? path.join(file.data, 'keys')),
    listen: {
      host: listen.host,
      port: listen.port,
      hostNames: listen.hostNames,
      ...(tls === undefined ? {} : { tls }),
      trustedProxies: listen.behindProxy?.trusted ?? [],
    },
    stores: Object.fromEntries(
      file.regions.map(({ name, store }) => [parseRegionName(name), whole(store)]),
    ),
    coldStores: Object.fromEntries(
      file.regions.flatMap(({ name, coldStore }) =>
        coldStore === undefined ? [] : [[parseRegionName(name), whole(coldStore)]],
      ),
    ),
    identities,
    accounts: file.accounts.map(({ id }) => parseAccountId(id)),
    resources: resourcesOf(file, whole),
    restoreRoots: file.restoreRoots.map(whole),
    restoreRootsByAccount: Object.fromEntries(
      file.accounts.map(({ id, restoreRoots }) => [id, restoreRoots.map(whole)]),
    ),
    quotas: { ...(profile === 'aws' ? AWS_QUOTAS : {}), ...given(own) },
    limits: { vaults: {}, ...given(limits) },
    logLevel: file.log,
  }
}

function resourcesOf(
  { accounts }: ConfigurationFile,
  whole: (name: string) => string,
): DeclaredResource[] {
  return accounts.flatMap((account) =>
    account.resources.map(({ directory, region, name, id }) => ({
      account: parseAccountId(account.id),
      region: parseRegionName(region),
      path: whole(directory),
      name: name ?? path.basename(whole(directory)),
      ...(id === undefined ? {} : { id }),
    })),
  )
}

function readTls(
  { listen: { tls } }: ConfigurationFile,
  around: Surrounding,
  mistakes: Mistakes,
): { certificate: string; key: string } | undefined {
  if (tls === undefined) return undefined
  const read = (member: 'certificate' | 'key', from: (name: string) => string): string => {
    const place = ['listen', 'tls', member]
    try {
      const text = from(tls[member])
      if (!text.includes('-----BEGIN ')) mistakes.add(place, 'it must be a PEM file')
      return text
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error
      mistakes.add(place, error.message)
      return ''
    }
  }
  return {
    certificate: read('certificate', (name) => around.publicFile(name)),
    key: read('key', (name) => around.file(name, false)),
  }
}

function given<T extends object>(of: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(of).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}

/** A policy that several accounts are under is read for each of them. */
function distinct(found: readonly Mistake[]): Mistake[] {
  const known = new Map(found.map((one) => [JSON.stringify([one.place, one.problem]), one]))
  return [...known.values()]
}

/** The line of a member's name, or of the nearest thing around it that is there. */
function lineOf(document: YamlDocument, place: Place, lines: LineCounter): number | undefined {
  for (let length = place.length; length > 0; length--) {
    const around = document.getIn(place.slice(0, length - 1), true)
    const last = place[length - 1]
    if (isMap(around)) {
      const pair = around.items.find(({ key }) => String(key) === last)
      const at = rangeStart(pair?.key)
      if (at !== undefined) return lines.linePos(at).line
    }
    const at = rangeStart(document.getIn(place.slice(0, length), true))
    if (at !== undefined) return lines.linePos(at).line
  }
  return undefined
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined
}
