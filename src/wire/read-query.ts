// A raw query string to its values. Here, unlike in a path, `+` is a space, as HTML forms have it:
// every AWS client writes a real plus as %2B.

import { WireError } from './wire-error.ts'

/** All values of each key, in order. Throws MalformedHttpRequestException (400). */
export function parseQuery(rawQuery: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const key = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    const known = values.get(key)
    if (known) known.push(value)
    else values.set(key, [value])
  }
  return values
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch (cause) {
    const message = `The query part ${raw.slice(0, 80)} is not percent-encoded UTF-8.`
    throw new WireError({ shape: 'MalformedHttpRequestException', status: 400, message }, { cause })
  }
}
