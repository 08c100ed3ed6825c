// The values that are known of options: choices, the words of the service model, profiles, Regions.

import { shapeNamed } from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import type { OptionSpec } from '../aws/arguments.ts'
import { parseIni } from '../aws/ini-file.ts'
import { usualMeaning } from '../help/shapes.ts'
import type { Candidate } from './candidates.ts'
import { REGIONS } from './regions.ts'

type Around = Pick<Surroundings, 'variable' | 'homeFolder' | 'exists' | 'readFile'>

const plain = (words: readonly string[]): Candidate[] => words.map((word) => ({ word, about: '' }))

/** Values of an option that is no member of an operation's input. */
export function globalValues(option: OptionSpec, around: Around): Candidate[] {
  if (option.choices) return plain(option.choices)
  if (option.name === '--region') return REGIONS.map(([word, about]) => ({ word, about }))
  if (option.name === '--profile') return plain(profiles(around))
  return []
}

/** Values of a member of the shape; of a structure, the keys that the text so far leaves. */
export function memberValues(shapeName: string, typed: string): Candidate[] {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'string':
      return plain(shape.enum ?? [])
    case 'list':
      return memberValues(shape.member.shape, typed)
    case 'structure':
      return keys(Object.keys(shape.members), typed)
    default:
      return []
  }
}

// Shorthand: `A=1,B=2`. A key is offered where one may begin.
function keys(names: readonly string[], typed: string): Candidate[] {
  if (/[[{'"]/.test(typed)) return []
  const parts = typed.split(',')
  const last = parts.pop() ?? ''
  if (last.includes('=')) return []
  const done = parts.length === 0 ? '' : `${parts.join(',')},`
  const given = new Set(parts.map((part) => part.split('=', 1)[0]))
  return names
    .filter((name) => !given.has(name))
    .map((name) => ({ word: `${done}${name}=`, about: usualMeaning(name) ?? '', open: true }))
}

function profiles(around: Around): string[] {
  const names = new Set<string>()
  for (const section of sections(around, 'AWS_CONFIG_FILE', 'config')) {
    const name = section === 'default' ? section : /^profile\s+(.+)$/.exec(section)?.[1]
    if (name !== undefined) names.add(name.replace(/^(["'])(.*)\1$/, '$2'))
  }
  for (const section of sections(around, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials')) {
    names.add(section)
  }
  return [...names].sort()
}

function sections(around: Around, variable: string, fileName: string): string[] {
  const home = around.variable('HOME') ?? around.homeFolder
  const path = (around.variable(variable) ?? `~/.aws/${fileName}`).replace(/^~(?=\/)/, home)
  if (!around.exists(path)) return []
  try {
    return [...parseIni(new TextDecoder().decode(around.readFile(path))).keys()]
  } catch {
    // A file that cannot be read has nothing to offer; commands will say what is wrong with it.
    return []
  }
}
