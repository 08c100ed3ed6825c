// JSON in a vault's objects, read from untrusted bytes: every member is asked for by name and type,
// and what is wrong is VaultDamaged naming the object. Unknown members are left alone.

import { FeatureUnknown, VaultDamaged } from './damage.ts'

/** Incompatible features that this version understands. */
const FEATURES: readonly string[] = ['copyMode', 'lock', 'policy']
const FORMAT = 1
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

export class JsonObject {
  readonly object: string
  readonly #members: Readonly<Record<string, unknown>>

  constructor(object: string, members: Readonly<Record<string, unknown>>) {
    this.object = object
    this.#members = members
  }

  fail(name: string): never {
    throw new VaultDamaged(this.object, `its member ${JSON.stringify(name)} is missing or wrong`)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name)
  }

  text(name: string): string {
    const value = this.#value(name)
    return typeof value === 'string' ? value : this.fail(name)
  }

  /** A whole number from 0. */
  count(name: string): number {
    const value = this.#value(name)
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : this.fail(name)
  }

  base64(name: string): Uint8Array {
    const text = this.text(name)
    if (!BASE64.test(text)) this.fail(name)
    return new Uint8Array(Buffer.from(text, 'base64'))
  }

  texts(name: string): string[] {
    const value = this.#value(name)
    if (!Array.isArray(value)) this.fail(name)
    return value.map((item: unknown) => (typeof item === 'string' ? item : this.fail(name)))
  }

  objects(name: string): JsonObject[] {
    const value = this.#value(name)
    if (!Array.isArray(value)) this.fail(name)
    return value.map((item: unknown) => {
      if (!isMembers(item)) this.fail(name)
      return new JsonObject(this.object, item)
    })
  }

  /** True or false. */
  flag(name: string): boolean {
    const value = this.#value(name)
    return typeof value === 'boolean' ? value : this.fail(name)
  }

  one(name: string): JsonObject {
    const value = this.#value(name)
    return isMembers(value) ? new JsonObject(this.object, value) : this.fail(name)
  }

  /** An object whose members are all texts. */
  textByName(name: string): Record<string, string> {
    const value = this.#value(name)
    if (!isMembers(value)) this.fail(name)
    const entries = Object.entries(value)
    if (entries.some(([, text]) => typeof text !== 'string')) this.fail(name)
    return Object.fromEntries(entries) as Record<string, string>
  }

  #value(name: string): unknown {
    return this.has(name) ? this.#members[name] : undefined
  }
}

export function readJson(bytes: Uint8Array, object: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new VaultDamaged(object, 'holds no JSON where it should', { cause })
  }
  if (!isMembers(value)) throw new VaultDamaged(object, 'holds JSON that is no object')
  return new JsonObject(object, value)
}

/** Throws FeatureUnknown, by its name, unless this version can read the record. */
export function checkFormat(json: JsonObject): void {
  const format = json.count('format')
  if (format !== FORMAT) throw new FeatureUnknown(json.object, `format ${format}`)
  for (const feature of json.texts('incompatible')) {
    if (!FEATURES.includes(feature)) throw new FeatureUnknown(json.object, feature)
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
