// YAML as the reference reads it: version 1.2 unless the text says 1.1, with types found by the
// patterns of its reader, moments among them; merge keys; no tag but YAML's own.

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml'
import { PythonFloat, show, toInteger } from './python.ts'
import { yamlMoment } from './yaml-moments.ts'

/** A text that is not YAML, or that holds what the reference's safe reader does not build. */
export class InvalidYaml extends Error {
  override readonly name = 'InvalidYaml'
}

/** The value of a text of one document. Throws InvalidYaml; other errors are Python's own. */
export function parsePythonYaml(text: string): unknown {
  const version = /^%YAML\s+(\d+)\.(\d+)/m.exec(text)
  if (version !== null && version[1] !== '1') throw new InvalidYaml('of another version')
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  })
  if (!Array.isArray(documents)) return null
  const [document] = documents
  if (document === undefined) return null
  if (documents.length > 1 || document.errors.length > 0) throw new InvalidYaml('one document')
  const old = document.directives?.yaml.explicit === true && document.directives.yaml.version
  return new Builder(document, old === '1.1').value(document.contents as Node | null)
}

const CORE = 'tag:yaml.org,2002:'

class Builder {
  readonly #document: Document
  readonly #old: boolean
  readonly #inside = new Set<Node>()

  constructor(document: Document, old: boolean) {
    this.#document = document
    this.#old = old
  }

  value(node: Node | null | undefined): unknown {
    if (node === null || node === undefined) return null
    if (isAlias(node)) return this.value(this.#target(node))
    if (isScalar(node)) return this.#scalar(node)
    // A value that holds itself has an end in no request.
    if (this.#inside.has(node)) throw new InvalidYaml('holds itself')
    this.#inside.add(node)
    try {
      return this.#collection(node)
    } finally {
      this.#inside.delete(node)
    }
  }

  #target(alias: Alias): Node {
    const found = alias.resolve(this.#document)
    if (found === undefined) throw new InvalidYaml(`no anchor ${alias.source}`)
    return found
  }

  #collection(node: Node): unknown {
    const tag = node.tag ?? (isMap(node) ? `${CORE}map` : `${CORE}seq`)
    if (isMap(node) && tag === `${CORE}map`) return Object.fromEntries(this.#pairs(node))
    if (isSeq(node) && tag === `${CORE}seq`) {
      return node.items.map((item) =>
        this.value(isPair(item) ? (item.value as Node | null) : (item as Node | null)),
      )
    }
    throw new InvalidYaml(`no value of ${tag}`)
  }

  // What is merged stands before what is written out, which wins.
  #pairs(map: YAMLMap): Map<string, unknown> {
    const own = new Map<string, unknown>()
    const merged = new Map<string, unknown>()
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        for (const source of this.#merging(value as Node | null)) {
          for (const [name, item] of this.#pairs(source)) {
            if (!merged.has(name)) merged.set(name, item)
          }
        }
        continue
      }
      const name = show(this.value(key as Node | null))
      if (own.has(name)) throw new InvalidYaml(`${name} twice`)
      own.set(name, this.value(value as Node | null))
    }
    const first = [...merged].filter(([name]) => !own.has(name))
    return new Map([...first, ...own])
  }

  #merging(node: Node | null): YAMLMap[] {
    const target = isAlias(node) ? this.#target(node) : node
    const maps = isSeq(target) ? target.items : [target]
    return maps.map((item) => {
      const map = isAlias(item) ? this.#target(item) : item
      if (!isMap(map) || this.#inside.has(map)) throw new InvalidYaml('only maps are merged')
      return map
    })
  }

  #scalar(node: Node & { value?: unknown; type?: string; source?: string }): unknown {
    const text = String(node.value ?? '')
    const plain = node.type === undefined || node.type === 'PLAIN'
    const tag = node.tag ?? (plain ? CORE + this.#kindOf(text) : `${CORE}str`)
    if (!tag.startsWith(CORE)) {
      if (tag === '!') return text
      throw new InvalidYaml(`no value of ${tag}`)
    }
    return build(tag.slice(CORE.length), text, this.#old)
  }

  #kindOf(text: string): string {
    return (this.#old ? KINDS_1_1 : KINDS).find(([, pattern]) => pattern.test(text))?.[0] ?? 'str'
  }
}

const isMergeKey = (key: unknown) =>
  isScalar(key) && key.value === '<<' && (key.type === 'PLAIN' || key.type === undefined)

function build(kind: string, text: string, old: boolean): unknown {
  switch (kind) {
    case 'str':
      return text
    case 'null':
      return null
    case 'bool': {
      const word = BOOLEANS.get(text.toLowerCase())
      if (word === undefined) throw new Error(`'${text.toLowerCase()}'`)
      return word
    }
    case 'int':
      return integer(text.replaceAll('_', ''), old)
    case 'float':
      return new PythonFloat(float(text.replaceAll('_', '').toLowerCase(), old))
    case 'timestamp':
      return yamlMoment(text)
    case 'binary':
      return Uint8Array.from(Buffer.from(text, 'base64'))
    default:
      throw new InvalidYaml(`no value of ${kind}`)
  }
}

const BOOLEANS = new Map([
  ...['yes', 'true', 'on', 'y'].map((word) => [word, true] as const),
  ...['no', 'false', 'off', 'n'].map((word) => [word, false] as const),
])

function integer(text: string, old: boolean): number | bigint {
  const negative = text.startsWith('-')
  const digits = text.replace(/^[+-]/, '')
  const positive = magnitude(digits, old)
  if (!negative) return positive
  return positive === 0 ? 0 : -positive
}

function magnitude(digits: string, old: boolean): number | bigint {
  if (/^0[box][0-9a-f]+$/i.test(digits)) return toInteger(String(BigInt(digits)))
  if (old && /^0[0-7]+$/.test(digits)) return toInteger(String(BigInt(`0o${digits.slice(1)}`)))
  if (old && digits.includes(':')) return sexagesimal(digits)
  return toInteger(digits)
}

const sexagesimal = (text: string) =>
  text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

function float(text: string, old: boolean): number {
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[+-]/, '')
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY
  if (digits === '.nan') return Number.NaN
  if (old && digits.includes(':')) return sign * sexagesimal(digits)
  const number = Number(digits)
  if (digits === '' || Number.isNaN(number)) {
    throw new Error(`could not convert string to float: '${digits}'`)
  }
  return sign * number
}

type Kinds = readonly (readonly [string, RegExp])[]

const oneOf = (...patterns: readonly string[]) => new RegExp(`^(?:${patterns.join('|')})$`)

const DAY = String.raw`\d{4}-\d\d-\d\d`
const TIME = String.raw`(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?`
const ZONE = String.raw`(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?`

const SHARED: Kinds = [
  ['merge', /^<<$/],
  ['null', /^(?:~|null|Null|NULL|)$/],
  ['timestamp', oneOf(DAY, String.raw`\d{4}-\d\d?-\d\d?${TIME}${ZONE}`)],
  ['value', /^=$/],
]

const TRUTH = 'true|True|TRUE|false|False|FALSE'
const POINT = String.raw`[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]?\d+)?`
const EXPONENT = String.raw`[-+]?\d[\d_]*[eE][-+]?\d+`
const LEADING = String.raw`\.[\d_]+(?:[eE][-+]\d+)?`
const ENDLESS = String.raw`[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)`
const BITS = '[-+]?0b[01_]+'
const HEX = String.raw`[-+]?0x[\da-fA-F_]+`

/** In the order they are tried; what none of them fits is text. */
const KINDS: Kinds = [
  ['bool', oneOf(TRUTH)],
  ['float', oneOf(POINT, EXPONENT, `[-+]?${LEADING}`, ENDLESS)],
  ['int', oneOf(BITS, '[-+]?0o?[0-7_]+', String.raw`(?!_)[-+]?[\d_]+`, HEX)],
  ...SHARED,
]

const SIXTIES = String.raw`[-+]?[1-9][\d_]*(?::[0-5]?\d)+`
const PLAIN = String.raw`[-+]?(?:0|[1-9][\d_]*)`

const KINDS_1_1: Kinds = [
  ['bool', oneOf('y|Y|yes|Yes|YES|n|N|no|No|NO', TRUTH, 'on|On|ON|off|Off|OFF')],
  ['float', oneOf(POINT, EXPONENT, LEADING, String.raw`${SIXTIES}\.[\d_]*`, ENDLESS)],
  ['int', oneOf(BITS, '(?!_)[-+]?0?[0-7_]+', PLAIN, HEX, SIXTIES)],
  ...SHARED,
]
