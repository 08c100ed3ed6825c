// What is wrong in a configuration, each with its place in the file and what would be right.

/** Members and indexes from the file's top down. */
export type Place = readonly (string | number)[]

export interface Mistake {
  readonly place: Place
  /** Such as `it must be a folder, and not 7`. Never holds a secret. */
  readonly problem: string
  /** Line in the file, from 1; undefined where it cannot be told. */
  readonly line?: number | undefined
}

/** Mistakes as they are found. */
export class Mistakes {
  readonly found: Mistake[] = []

  add(place: Place, problem: string): void {
    this.found.push({ place, problem })
  }

  /** Adds a mistake for every value that is there before, at its `member`. */
  checkDistinct(
    entries: readonly { readonly place: Place; readonly value: string }[],
    what: string,
  ): void {
    const seen = new Set<string>()
    for (const { place, value } of entries) {
      if (seen.has(value)) this.add(place, `${what} ${value} is given twice`)
      seen.add(value)
    }
  }
}

/** The configuration cannot be used; the message lists every mistake on a line of its own. */
export class ConfigurationInvalid extends Error {
  readonly mistakes: readonly Mistake[]

  constructor(file: string, mistakes: readonly Mistake[]) {
    const many = mistakes.length === 1 ? 'is a mistake' : `are ${mistakes.length} mistakes`
    super([`there ${many} in ${file}:`, ...mistakes.map(line)].join('\n'))
    this.name = 'ConfigurationInvalid'
    this.mistakes = mistakes
  }
}

function line({ place, problem, line: at }: Mistake): string {
  const where = at === undefined ? '' : `line ${at}: `
  const what = place.length === 0 ? '' : `${formatPlace(place)}: `
  return `  ${where}${what}${problem}`
}

/** Such as `accounts[0].users[1].name`. */
export function formatPlace(place: Place): string {
  return place.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`
    const name = /^[\w$-]+$/.test(step) ? step : JSON.stringify(step)
    return path === '' ? name : `${path}.${name}`
  }, '')
}
