// What the AWS command line is told besides its arguments: environment and shared files, by AWS's
// precedence. A profile is looked up when something first needs it; an unknown one fails then.

import type { Surroundings } from '../../world/index.ts'
import { generalFailure } from './failure.ts'
import { type IniSection, parseIni } from './ini-file.ts'

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
  const inConfig = (name: string) => config().get(name === 'default' ? name : `profile ${name}`)
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

function textOf(section: IniSection | undefined, name: string): string | undefined {
  const value = section?.get(name)
  return typeof value === 'string' ? value : undefined
}

function readSections(
  surroundings: Surroundings,
  variable: string,
  fileName: string,
): Map<string, IniSection> {
  const path = homePath(surroundings, surroundings.variable(variable) ?? `~/.aws/${fileName}`)
  if (!surroundings.exists(path)) return new Map()
  try {
    const text = new TextDecoder().decode(surroundings.readFile(path))
    const sections = parseIni(text)
    return fileName === 'config' ? new Map([...sections].map(withPlainName)) : sections
  } catch (error) {
    throw generalFailure(`Unable to parse config file: ${path}`, error)
  }
}

// `[profile "a b"]` names the profile `a b`.
function withPlainName([name, section]: [string, IniSection]): [string, IniSection] {
  const match = /^(\S+)\s+(.+)$/.exec(name)
  if (!match) return [name, section]
  return [`${match[1]} ${(match[2] as string).replace(/^(["'])(.*)\1$/, '$2')}`, section]
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
