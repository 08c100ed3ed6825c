// IP addresses and ranges in CIDR notation, of both versions. An IPv4 address that comes as IPv6
// (`::ffff:a.b.c.d`) is the IPv4 address.

/** Addresses that share the first `prefixBits` bits. */
export interface IpRange {
  readonly bytes: readonly number[]
  readonly prefixBits: number
}

/** A range, or a single address as a range of one; undefined for anything else. */
export function parseRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/')
  const bytes = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (bytes === undefined) return undefined
  const bits = bytes.length * 8
  if (slash < 0) return { bytes, prefixBits: bits }
  const length = text.slice(slash + 1)
  if (!/^[0-9]{1,3}$/.test(length) || Number(length) > bits) return undefined
  return { bytes, prefixBits: Number(length) }
}

/** Whether the address lies in the range. What is no address lies nowhere. */
export function isInRange(address: string, range: IpRange): boolean {
  const bytes = parseAddress(address)
  if (bytes?.length !== range.bytes.length) return false
  return bytes.every((byte, at) => {
    const bits = Math.min(8, Math.max(0, range.prefixBits - at * 8))
    const mask = (0xff << (8 - bits)) & 0xff
    return (byte & mask) === ((range.bytes[at] ?? 0) & mask)
  })
}

function parseAddress(text: string): number[] | undefined {
  if (!text.includes(':')) return parseFour(text)
  const bytes = parseSix(text)
  const isMapped =
    bytes?.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? bytes?.slice(12) : bytes
}

function parseFour(text: string): number[] | undefined {
  const parts = text.split('.')
  // Leading zeros are octal to some readers.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part))) {
    return undefined
  }
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseSix(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => groupsOf(half))
  if (!head || (halves.length === 2 && !tail)) return undefined
  const missing = 16 - head.length - (tail?.length ?? 0)
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
}

/** The bytes of groups of hexadecimal digits, the last of which may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [at, group] of groups.entries()) {
    if (group.includes('.') && at === groups.length - 1) {
      const four = parseFour(group)
      if (!four) return undefined
      bytes.push(...four)
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    }
  }
  return bytes
}
