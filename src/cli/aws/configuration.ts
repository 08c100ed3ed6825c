// What the AWS command line is told besides its arguments: environment and shared files, by AWS's
// precedence. A profile is looked up when something first needs it; an unknown one fails then.

import type { Surroundings } from '../../world/index.ts'
import { generalFailure } from './failure.ts'
import { type IniSection, parseIni } from './ini-file.ts'
import { splitWords } from './words.ts'

export interface Configuration {
  readonly profileName: string
  /** Whether `--profile` named it, which sets the environment's credentials aside. */
  readonly profileIsExplicit: boolean
  /** A setting of the profile: the credentials file's wins over the config file's. */
  setting(name: string): string | undefined
  /** The same, only from the config file or only from the credentials file. */
  settingIn(file: 'config' | 'credentials', name: string): string | undefined
  /** A setting of another section of the config file, such as `services x` → `backup`. */
  nested(section: string, key: string, name: string): string | undefined
  hasProfile(name: string): boolean
  /** Whether the config file has a section of that name, such as `services x`. */
  hasSection(name: string): boolean
  variable(name: string): string | undefined
  /** The environment's variable if it is set, even to nothing; else the profile's setting. */
  either(variables: readonly string[], name: string): string | undefined
}

export function openConfiguration(
  surroundings: Surroundings,
  explicitProfile: string | undefined,
): Configuration {
  const explicit = explicitProfile === '' ? undefined : explicitProfile
  const named =
    explicit ?? surroundings.variable('AWS_PROFILE') ?? surroundings.variable('AWS_DEFAULT_PROFILE')
  const profileName = named ?? 'default'
  const config = lazily(() => readSections(surroundings, 'AWS_CONFIG_FILE', 'config'))
  const secrets = lazily(() =>
    readSections(surroundings, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
  )
  const inConfig = (name: string) => {
    const names = [`profile ${name}`, ...(name === 'default' ? [name] : [])]
    return [...config()].findLast(([known]) => names.includes(known))?.[1]
  }
  const hasProfile = (name: string) => inConfig(name) !== undefined || secrets().has(name)
  const checked = lazily(() => {
    if (named !== undefined && !hasProfile(profileName)) {
      throw generalFailure(`The config profile (${profileName}) could not be found`)
    }
    return true
  })
  const settingIn = (file: 'config' | 'credentials', name: string) => {
    checked()
    const section = file === 'config' ? inConfig(profileName) : secrets().get(profileName)
    return textOf(section, name)
  }
  const setting = (name: string) => settingIn('credentials', name) ?? settingIn('config', name)
  return {
    profileName,
    profileIsExplicit: explicit !== undefined,
    setting,
    settingIn,
    hasProfile,
    hasSection: (name) => config().has(name),
    variable: (name) => surroundings.variable(name),
    nested(section, key, name) {
      const value = config().get(section)?.get(key)
      return value instanceof Map ? value.get(name) : undefined
    },
    either(variables, name) {
      for (const variable of variables) {
        const value = surroundings.variable(variable)
        if (value !== undefined) return value
      }
      return setting(name)
    },
  }
}

/** A path with `~` for the user's folder. */
export function homePath(surroundings: Surroundings, path: string): string {
  const home = surroundings.variable('HOME') ?? surroundings.homeFolder
  return path.replace(/^~(?=\/)/, home)
}

/** A path with what stands for variables in it put in. */
export function withVariables(surroundings: Surroundings, path: string): string {
  return path.replace(/\$(\w+|\{[^}]*\})/g, (whole, name: string) => {
    return surroundings.variable(name.replace(/[{}]/g, '')) ?? whole
  })
}

function textOf(section: IniSection | undefined, name: string): string | undefined {
  const value = section?.get(name)
  return typeof value === 'string' ? value : undefined
}

function readSections(
  surroundings: Surroundings,
  variable: string,
  fileName: string,
): Map<string, IniSection> {
  const named = surroundings.variable(variable) ?? `~/.aws/${fileName}`
  const path = withVariables(surroundings, homePath(surroundings, named))
  if (!surroundings.exists(path)) return new Map()
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const text = decoder.decode(surroundings.readFile(path))
    const sections = parseIni(text)
    return fileName === 'config' ? new Map([...sections].flatMap(withPlainName)) : sections
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return new Map()
    throw generalFailure(`Unable to parse config file: ${path}`, error)
  }
}

// `[profile "a b"]` names the profile `a b`; without the quotes it names none.
function withPlainName([name, section]: [string, IniSection]): [string, IniSection][] {
  try {
    const [kind, plain, ...more] = splitWords(name)
    if (plain === undefined) return [[name, section]]
    return more.length === 0 ? [[`${kind} ${plain}`, section]] : []
  } catch {
    return []
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
