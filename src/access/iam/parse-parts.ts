// What the policy parser is made of: objects whose every member must be asked for, lists that may
// be a single thing, and the problems met. Only own members are seen, so a document cannot reach
// into prototypes; its names become keys of maps and never of objects.

/** What is wrong in a policy, and where: a path such as `Statement[0].Action`. */
export interface PolicyProblem {
  readonly path: string
  readonly problem: string
}

/** More are not told. */
const PROBLEMS_MAX = 20
/** Of a text that is shown in a problem. */
const SHOWN_LENGTH_MAX = 100

/** Where a value stands, and where to say what is wrong with it. */
export interface Site {
  readonly path: string
  readonly problems: Problems
}

/** Everything that is wrong so far. */
export class Problems {
  readonly #found: PolicyProblem[] = []

  get found(): readonly PolicyProblem[] {
    return this.#found
  }

  add(path: string, problem: string): void {
    if (this.#found.length < PROBLEMS_MAX) this.#found.push({ path, problem })
  }
}

/** An object of which each member is taken once; what nobody took is unknown. */
export class Members {
  readonly site: Site
  readonly #left: Map<string, unknown>

  constructor(value: unknown, site: Site) {
    this.site = site
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject) site.problems.add(site.path, 'it must be an object')
    this.#left = new Map(isObject ? Object.entries(value) : [])
  }

  has(name: string): boolean {
    return this.#left.has(name)
  }

  /** The member's value; undefined when it is not there. */
  take(name: string): unknown {
    const value = this.#left.get(name)
    this.#left.delete(name)
    return value
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined
    const value = this.take(name)
    if (typeof value === 'string') return value
    this.add(name, 'it must be a text')
    return undefined
  }

  /** Members in the order given, all taken. */
  takeAll(): [string, unknown][] {
    const all = [...this.#left]
    this.#left.clear()
    return all
  }

  pathOf(name: string): string {
    return this.site.path === '' ? name : `${this.site.path}.${shownName(name)}`
  }

  add(name: string, problem: string): void {
    this.site.problems.add(this.pathOf(name), problem)
  }

  /** Whatever is left is unknown. */
  end(): void {
    for (const [name] of this.takeAll()) this.add(name, 'there is no such element')
  }
}

/** A list, or the single thing that may stand in its place. */
export class List {
  readonly #items: readonly unknown[]
  readonly #isList: boolean
  readonly #site: Site

  constructor(value: unknown, site: Site) {
    this.#isList = Array.isArray(value)
    this.#items = Array.isArray(value) ? value : value === undefined ? [] : [value]
    this.#site = site
    if (this.#isList && this.#items.length === 0) {
      site.problems.add(site.path, 'it must have at least one item')
    }
  }

  map<Result>(read: (item: unknown, path: string) => Result): Result[] {
    const { path } = this.#site
    // A single item is still shown with its place where a policy's statements are counted.
    const isCounted = this.#isList || path === 'Statement'
    return this.#items.map((item, at) => read(item, isCounted ? `${path}[${at}]` : path))
  }
}

/** The texts of a member, one or a list; at least one. What `check` answers is wrong with one. */
export function textsOf(
  members: Members,
  name: string,
  check: (text: string) => string | undefined,
): string[] {
  const { problems } = members.site
  const path = members.pathOf(name)
  if (!members.has(name)) problems.add(path, 'it is missing')
  const items = new List(members.take(name), { path, problems }).map((item, at) => {
    const problem = typeof item === 'string' ? check(item) : 'it must be a text'
    if (problem !== undefined) problems.add(at, problem)
    return item
  })
  return items.filter((item) => typeof item === 'string')
}

function shownName(name: string): string {
  const cut = name.length > SHOWN_LENGTH_MAX ? `${name.slice(0, SHOWN_LENGTH_MAX)}…` : name
  return /^[\w-]+$/.test(cut) ? cut : JSON.stringify(cut)
}
