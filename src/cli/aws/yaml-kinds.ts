// The scalars of YAML by their spelling or their tag, as the reference's reader builds them.

import { PythonFloat, toInteger } from './python.ts'
import { yamlMoment } from './yaml-moments.ts'

/** The kind of a plain scalar, by its spelling; `old` by the rules of YAML 1.1. */
export function kindOf(text: string, old: boolean): string {
  return (old ? KINDS_1_1 : KINDS).find(([, pattern]) => pattern.test(text))?.[0] ?? 'str'
}

/** A scalar of a kind; undefined where the reader refuses it. Other errors are Python's own. */
export function buildScalar(kind: string, text: string, old: boolean): unknown {
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
      return decodeBase64(text)
    default:
      return undefined
  }
}

const BOOLEANS = new Map([
  ...['yes', 'true', 'on', 'y'].map((word) => [word, true] as const),
  ...['no', 'false', 'off', 'n'].map((word) => [word, false] as const),
])

function integer(text: string, old: boolean): number | bigint {
  if (text === '') throw new Error('string index out of range')
  const negative = text.startsWith('-')
  const digits = text.replace(/^[+-]/, '')
  const positive = magnitude(digits, old)
  if (!negative) return positive
  return positive === 0 ? 0 : -positive
}

function magnitude(digits: string, old: boolean): number | bigint {
  const based = /^0([box])(.*)$/.exec(digits)
  if (based) return inBase(BASES[based[1] as 'b'], based[2] as string)
  if (old && /^0[0-7]+$/.test(digits)) return toInteger(String(BigInt(`0o${digits.slice(1)}`)))
  if (old && digits.includes(':')) return sexagesimal(digits)
  return toInteger(digits)
}

const BASES = {
  b: ['0b', 2, /^[01]+$/],
  o: ['0o', 8, /^[0-7]+$/],
  x: ['0x', 16, /^[\da-f]+$/i],
} as const

function inBase([prefix, base, pattern]: (typeof BASES)[keyof typeof BASES], digits: string) {
  if (pattern.test(digits)) return toInteger(String(BigInt(prefix + digits)))
  throw new Error(`invalid literal for int() with base ${base}: '${digits}'`)
}

const sexagesimal = (text: string) =>
  text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

function float(text: string, old: boolean): number {
  if (text === '') throw new Error('string index out of range')
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

// As lenient as Python: other characters are passed over, what comes behind the padding, too.
function decodeBase64(text: string): Uint8Array | undefined {
  let data = ''
  let pads = 0
  for (const character of text) {
    if (character > '\x7f') return undefined
    if (character === '=') pads++
    else if (/[A-Za-z0-9+/]/.test(character)) {
      data += character
      pads = 0
    }
    const quarter = data.length % 4
    if (quarter >= 2 && quarter + pads >= 4) return Buffer.from(data, 'base64')
  }
  return data.length % 4 === 0 ? Buffer.from(data, 'base64') : undefined
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
