// YAML as the reference reads it: version 1.2 unless the text says 1.1, with types found by the
// patterns of its reader, moments among them; merge keys; no tag but YAML's own.

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import {
  bareTypeName,
  DICTIONARY,
  isRecord,
  KEYS,
  PythonFloat,
  PythonSet,
  PythonTuple,
  represent,
  show,
} from './python.ts'
import { buildScalar, kindOf } from './yaml-kinds.ts'
import { InvalidYaml, yamlText, yamlVersion } from './yaml-text.ts'

/** The value of a text of one document. Throws InvalidYaml; other errors are Python's own. */
export function parsePythonYaml(given: string | Uint8Array): unknown {
  const text = yamlText(given)
  const version = yamlVersion(text)
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  })
  if (/^(?: *(?:#.*)?\n)*\.\.\.(?:\s|$)/.test(text)) throw new InvalidYaml('no document')
  const [document] = documents
  if (document === undefined) {
    if (text.includes('%')) throw new InvalidYaml('no document')
    return null
  }
  if (!Array.isArray(documents) || documents.length > 1 || document.errors.length > 0)
    throw new InvalidYaml('one document')
  return new Builder(document, text, version === '1.1').value(document.contents as Node | null)
}

const CORE = 'tag:yaml.org,2002:'

class Builder {
  readonly #document: Document
  readonly #text: string
  readonly #old: boolean
  /** What an anchor stands for is one value, which may hold itself. */
  readonly #made = new Map<Node, unknown>()

  constructor(document: Document, text: string, old: boolean) {
    this.#document = document
    this.#text = text
    this.#old = old
  }

  value(node: Node | null | undefined): unknown {
    if (node === null || node === undefined) return null
    if (isAlias(node)) return this.value(this.#target(node))
    if (isScalar(node)) return this.#scalar(node)
    if (this.#made.has(node)) return this.#made.get(node)
    const tag = node.tag?.startsWith(CORE) ? node.tag.slice(CORE.length) : node.tag
    if (isMap(node)) return this.#map(node, tag ?? 'map')
    if (isSeq(node)) return this.#sequence(node, tag ?? 'seq')
    throw new InvalidYaml(`no value of ${tag}`)
  }

  #target(alias: Alias): Node {
    const found = alias.resolve(this.#document)
    if (found === undefined) throw new InvalidYaml(`no anchor ${alias.source}`)
    return found
  }

  #map(node: YAMLMap, tag: string): unknown {
    if (tag === 'set') return new PythonSet([...this.#pairs(node).values()].map(({ key }) => key))
    if (tag !== 'map') throw new InvalidYaml(`no map of ${tag}`)
    const record: Record<string, unknown> = {}
    this.#made.set(node, record)
    return fill(record, this.#pairs(node))
  }

  #sequence(node: YAMLSeq, tag: string): unknown {
    if (tag === 'omap' || tag === 'pairs') {
      const pairs = node.items.map((item) => this.#onlyPair(item))
      if (tag === 'pairs') return pairs.map(({ key, value }) => new PythonTuple([key, value]))
      const entries = new Map(pairs.map((pair) => [identity(pair.key), pair]))
      if (entries.size < pairs.length) throw new Error('')
      return fill({ [DICTIONARY]: 'ruamel.yaml.compat.ordereddict' }, entries)
    }
    if (tag !== 'seq') throw new InvalidYaml(`no sequence of ${tag}`)
    const list: unknown[] = []
    this.#made.set(node, list)
    for (const item of node.items) list.push(this.value(item as Node | null))
    return list
  }

  #onlyPair(item: unknown): Entry {
    const [pair, ...others] = isMap(item) ? [...this.#pairs(item).values()] : []
    if (pair === undefined || others.length > 0) throw new InvalidYaml('one pair')
    return pair
  }

  // What is merged stands before what is written out, which wins.
  #pairs(map: YAMLMap): Map<unknown, Entry> {
    const own = new Map<unknown, Entry>()
    const merged = new Map<unknown, Entry>()
    let merges = false
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        if (merges) throw new InvalidYaml('merged twice')
        merges = true
        for (const source of this.#merging(value as Node | null, map)) {
          for (const [name, entry] of this.#pairs(source)) {
            if (!merged.has(name)) merged.set(name, entry)
          }
        }
        continue
      }
      const entry = { key: asKey(this.value(key as Node | null)), value: undefined as unknown }
      if (own.has(identity(entry.key))) throw new InvalidYaml(`${show(entry.key)} twice`)
      own.set(identity(entry.key), entry)
      entry.value = this.value(value as Node | null)
    }
    const first = [...merged].filter(([name]) => !own.has(name))
    return new Map([...first, ...own])
  }

  // A map that is merged into itself adds nothing.
  #merging(node: Node | null, into: YAMLMap): YAMLMap[] {
    const target = isAlias(node) ? this.#target(node) : node
    const maps = isSeq(target) ? target.items : [target]
    return maps.flatMap((item) => {
      const map = isAlias(item) ? this.#target(item) : item
      if (!isMap(map)) throw new InvalidYaml('only maps are merged')
      return map === into ? [] : [map]
    })
  }

  #scalar(node: Node & { value?: unknown; type?: string }): unknown {
    const { type } = node
    const block = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED'
    const given = String(node.value ?? '')
    // A text that ends within its last line ends without a line break.
    const cut = block && node.range?.[1] === this.#text.length && !this.#text.endsWith('\n')
    const text = cut ? given.replace(/\n$/, '') : given
    const plain = type === undefined || type === 'PLAIN' || node.tag === '!'
    const tag = node.tag && node.tag !== '!' ? node.tag : undefined
    const kind = tag ?? CORE + (plain ? kindOf(text, this.#old) : 'str')
    const value = kind.startsWith(CORE)
      ? buildScalar(kind.slice(CORE.length), text, this.#old)
      : undefined
    if (value === undefined) throw new InvalidYaml(`no value of ${kind}`)
    return value
  }
}

interface Entry {
  readonly key: unknown
  readonly value: unknown
}

const isMergeKey = (key: unknown) =>
  isScalar(key) && key.value === '<<' && (key.type === 'PLAIN' || key.type === undefined)

// A list becomes a tuple where it is a key.
function asKey(value: unknown): unknown {
  if (isRecord(value) || value instanceof PythonSet) throw new InvalidYaml('found unhashable key')
  if (!Array.isArray(value)) return value
  const nested = value.find((item) => isRecord(item) || Array.isArray(item))
  if (nested === undefined) return new PythonTuple(value)
  const kind = bareTypeName(nested)
  throw new Error(`cannot use 'tuple' as a dict key (unhashable type: '${kind}')`)
}

// Numbers and truth values that are equal are one key.
function identity(key: unknown): unknown {
  if (typeof key === 'string') return key
  const number = key instanceof PythonFloat ? key.value : key
  if (typeof number === 'number' || typeof number === 'boolean') return Number(number)
  return `\0${represent(key)}`
}

function fill(record: Record<string | symbol, unknown>, entries: ReadonlyMap<unknown, Entry>) {
  const others = new Map<string, unknown>()
  for (const { key, value } of entries.values()) {
    const name = show(key)
    if (typeof key !== 'string') others.set(name, key)
    if (Object.hasOwn(record, name)) throw new InvalidYaml(`${name} twice`)
    Object.defineProperty(record, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  if (others.size > 0) record[KEYS] = others
  return record
}
