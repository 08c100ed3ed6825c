// The functions of JMESPath with the reference's arithmetic and complaints: Python's order of
// texts, lengths in characters, averages that are floats. The library walks the expression and
// calls these in place of its own.

import { ArityError } from '@aws-lambda-powertools/jmespath'
import { bareTypeName, PythonFloat, represent, show } from './python.ts'
import { COMPARATORS, LITERAL } from './query-rewriting.ts'
import {
  type Argument,
  compareScalars,
  contains,
  isExpression,
  listsOf,
  numberOf,
  type QueryExpression,
  sameValue,
  toNumber,
  toText,
  typeOf,
} from './query-values.ts'

interface Signature {
  /** What each argument may be; nothing said: anything. */
  readonly takes: readonly (readonly string[])[]
  /** The last may be repeated. */
  readonly variadic?: boolean
  run(args: readonly Argument[], calls: QueryFunctions): unknown
}

const COMPARABLE = ['array-number', 'array-string']

const FUNCTIONS: Readonly<Record<string, Signature>> = {
  abs: { takes: [['number']], run: ([value]) => asKindOf([value], Math.abs(numberOf(value))) },
  avg: {
    takes: [['array-number']],
    run: ([list]) => {
      const numbers = listsOf(list).map(numberOf)
      const total = numbers.reduce((sum, value) => sum + value, 0)
      return numbers.length === 0 ? null : new PythonFloat(total / numbers.length)
    },
  },
  ceil: { takes: [['number']], run: ([value]) => Math.ceil(numberOf(value)) },
  contains: {
    takes: [['array', 'string'], []],
    run: ([subject, wanted], calls) => {
      if (typeof subject === 'string' && typeof wanted !== 'string') {
        const kind = bareTypeName(wanted)
        throw calls.fail(`'in <string>' requires string as left operand, not ${kind}`)
      }
      return contains(subject, wanted)
    },
  },
  ends_with: {
    takes: [['string'], ['string']],
    run: ([text, end]) => String(text).endsWith(String(end)),
  },
  floor: { takes: [['number']], run: ([value]) => Math.floor(numberOf(value)) },
  join: {
    takes: [['string'], ['array-string']],
    run: ([between, list]) => listsOf(list).join(String(between)),
  },
  keys: { takes: [['object']], run: ([record]) => Object.keys(record as object) },
  length: {
    takes: [['string', 'array', 'object']],
    run: ([value]) => {
      if (typeof value === 'string') return [...value].length
      return Array.isArray(value) ? value.length : Object.keys(value as object).length
    },
  },
  map: {
    takes: [['expref'], ['array']],
    run: ([expression, list]) =>
      listsOf(list).map((item) => (expression as QueryExpression).visit(item) ?? null),
  },
  max: { takes: [COMPARABLE], run: ([list]) => best(listsOf(list), (item) => item, 1) },
  max_by: {
    takes: [['array'], ['expref']],
    run: ([list, by], calls) => best(listsOf(list), calls.key('max_by', by), 1),
  },
  merge: {
    takes: [['object']],
    variadic: true,
    run: (records) => Object.assign({}, ...(records as object[])),
  },
  min: { takes: [COMPARABLE], run: ([list]) => best(listsOf(list), (item) => item, -1) },
  min_by: {
    takes: [['array'], ['expref']],
    run: ([list, by], calls) => best(listsOf(list), calls.key('min_by', by), -1),
  },
  not_null: {
    takes: [[]],
    variadic: true,
    run: (values) => values.find((value) => value !== null && value !== undefined) ?? null,
  },
  reverse: {
    takes: [['array', 'string']],
    run: ([value]) =>
      typeof value === 'string' ? [...value].reverse().join('') : [...listsOf(value)].reverse(),
  },
  sort: {
    takes: [['array-string', 'array-number']],
    run: ([list]) => [...listsOf(list)].sort(compareScalars),
  },
  sort_by: { takes: [['array'], ['expref']], run: ([list, by], calls) => sortBy(list, by, calls) },
  starts_with: {
    takes: [['string'], ['string']],
    run: ([text, start]) => String(text).startsWith(String(start)),
  },
  sum: {
    takes: [['array-number']],
    run: ([list]) =>
      asKindOf(
        listsOf(list),
        listsOf(list).reduce<number>((sum, item) => sum + numberOf(item), 0),
      ),
  },
  to_array: { takes: [[]], run: ([value]) => (Array.isArray(value) ? value : [value]) },
  to_number: { takes: [[]], run: ([value]) => toNumber(value) },
  to_string: { takes: [[]], run: ([value]) => (typeof value === 'string' ? value : toText(value)) },
  type: { takes: [[]], run: ([value]) => typeOf(value) },
  values: { takes: [['object']], run: ([record]) => Object.values(record as object) },
}

function best(
  list: readonly Argument[],
  keyOf: (item: Argument) => Argument,
  sign: 1 | -1,
): unknown {
  let found: { item: Argument; key: Argument } | undefined
  for (const item of list) {
    const key = keyOf(item)
    if (!found || compareScalars(key, found.key) * sign > 0) found = { item, key }
  }
  return found?.item ?? null
}

function sortBy(list: Argument, by: Argument, calls: QueryFunctions): unknown {
  const items = listsOf(list)
  const [first] = items
  if (first === undefined) return list
  const type = typeOf((by as QueryExpression).visit(first))
  const allowed = ['string', 'number']
  if (!allowed.includes(type)) throw calls.wrongType('sort_by', first, type, allowed)
  const keyOf = calls.key('sort_by', by, [type])
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => compareScalars(a.key, b.key))
    .map(({ item }) => item)
}

/** What the library asks for a function by its own name for it, such as `funcSortBy`. */
export class QueryFunctions {
  /** Why the query failed, in the reference's words. */
  failure: string | undefined
  /** The library's list of what may be called. */
  readonly methods: ReadonlySet<string>

  /** `literals` are the values that the rewritten expression names by number. */
  constructor(literals: readonly Argument[] = []) {
    const own: Readonly<Record<string, (args: readonly Argument[]) => unknown>> = {
      ...comparators(),
      [LITERAL]: ([index]) => literals[Number(index)],
    }
    const known = Object.entries(FUNCTIONS).map(([name, signature]) => {
      return [name, (args: readonly Argument[]) => this.#call(name, signature, args)] as const
    })
    const all = [...known, ...Object.entries(own)]
    for (const [name, value] of all) Object.defineProperty(this, methodName(name), { value })
    this.methods = new Set(all.map(([name]) => methodName(name)))
  }

  introspectMethods(): void {}

  #call(name: string, signature: Signature, args: readonly Argument[]): unknown {
    const { takes, variadic } = signature
    if (variadic ? args.length < takes.length : args.length !== takes.length) {
      const count = `${takes.length} ${takes.length === 1 ? 'argument' : 'arguments'}`
      const least = variadic ? 'at least ' : ''
      throw this.fail(`Expected ${least}${count} for function ${name}(), received ${args.length}`)
    }
    for (const [index, types] of takes.entries()) this.#check(name, args[index] ?? null, types)
    return signature.run(args, this)
  }

  #check(name: string, value: Argument, types: readonly string[]): void {
    if (types.length === 0) return
    const type = typeOf(value)
    if (!types.some((allowed) => allowed.split('-')[0] === type)) {
      throw this.wrongType(name, value, type, types)
    }
    const within = types.flatMap((allowed) => allowed.split('-').slice(1))
    if (within.length === 0 || !Array.isArray(value)) return
    const first = within.length === 1 ? within[0] : within.find((kind) => kind === typeOf(value[0]))
    const wrong = value.find((item) => typeOf(item) !== first)
    if (value.length > 0 && wrong !== undefined) {
      throw this.wrongType(name, wrong, bareTypeName(wrong), types)
    }
  }

  wrongType(name: string, value: Argument, type: string, types: readonly string[]): Error {
    const what = isExpression(value) ? '<expression>' : show(value)
    const expected = `expected one of: ${represent(types)}, received: "${type}"`
    return this.fail(`In function ${name}(), invalid type for value: ${what}, ${expected}`)
  }

  /** An error the library passes on; the words are kept here. */
  fail(message: string): Error {
    this.failure ??= message
    return new ArityError({ actualArity: 0, expectedArity: 0 })
  }

  /** Reads what items are compared by. */
  key(name: string, by: Argument, allowed: readonly string[] = ['number', 'string']) {
    return (item: Argument): Argument => {
      const key = ((by as QueryExpression).visit(item) ?? null) as Argument
      if (!allowed.includes(typeOf(key))) throw this.wrongType(name, key, typeOf(key), allowed)
      return key
    }
  }
}

// Order is of numbers and of texts; of anything else nothing can be said.
function comparators() {
  const ordered = (holds: (order: number) => boolean) => (args: readonly Argument[]) => {
    const [a, b] = args
    const [left, right] = [typeOf(a), typeOf(b)]
    if (left !== right || !['number', 'string'].includes(left)) return null
    return holds(compareScalars(a, b))
  }
  return {
    [COMPARATORS['<'] as string]: ordered((order) => order < 0),
    [COMPARATORS['<='] as string]: ordered((order) => order <= 0),
    [COMPARATORS['>'] as string]: ordered((order) => order > 0),
    [COMPARATORS['>='] as string]: ordered((order) => order >= 0),
    [COMPARATORS['=='] as string]: ([a, b]: readonly Argument[]) => sameValue(a, b),
    [COMPARATORS['!='] as string]: ([a, b]: readonly Argument[]) => !sameValue(a, b),
  }
}

// A float where one of those it was made of is.
function asKindOf(from: readonly Argument[], result: number): unknown {
  const float = from.some((value) => value instanceof PythonFloat)
  return float || !Number.isInteger(result) ? new PythonFloat(result) : result
}

function methodName(name: string): string {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return `func${camel.charAt(0).toUpperCase()}${camel.slice(1)}`
}
