// The encoding of standard output that `AWS_CLI_OUTPUT_ENCODING` names. UTF-8, where it names none.

import type { Configuration } from './configuration.ts'
import { generalFailure } from './failure.ts'

/** Text as it goes out. Throws CommandFailure (255) for a character the encoding does not have. */
export type Encode = (text: string) => string | Uint8Array

/** Throws CommandFailure (255) for an encoding that is not known here. */
export function outputEncoding(configuration: Configuration): Encode {
  const named = configuration.variable('AWS_CLI_OUTPUT_ENCODING')
  const name = named?.toLowerCase().replaceAll('_', '-')
  if (name === undefined || /^(utf-?8|u8|cp65001)$/.test(name)) return (text) => text
  if (/^(latin-?1|iso-?8859-1|l1|8859)$/.test(name)) return limited('latin-1', 256)
  if (/^(us-)?ascii$|^646$/.test(name)) return limited('ascii', 128)
  throw generalFailure(`Unknown codec \`${named}\` specified for AWS_CLI_OUTPUT_ENCODING.`)
}

function limited(name: string, size: number): Encode {
  return (text) => {
    const points = [...text]
    const at = points.findIndex((point) => (point.codePointAt(0) ?? 0) >= size)
    if (at === -1) return Buffer.from(text, 'latin1')
    const why = `ordinal not in range(${size})`
    throw generalFailure(
      `'${name}' codec can't encode character ${escaped(points[at] as string)} ` +
        `in position ${at}: ${why}`,
    )
  }
}

function escaped(point: string): string {
  const hex = (point.codePointAt(0) ?? 0).toString(16)
  if (hex.length <= 2) return `'\\x${hex}'`
  return hex.length <= 4 ? `'\\u${hex.padStart(4, '0')}'` : `'\\U${hex.padStart(8, '0')}'`
}
