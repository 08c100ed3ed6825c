// One key's file: JSON with the key's ARN, its state and its 32 bytes in base64. Nothing read
// here is ever put into an error, for a parser's message quotes what it could not read.

import type { Disk } from '../world/index.ts'
import { errnoOf, NotAFile } from '../world/index.ts'
import { KEY_BYTES } from './key-service.ts'
import { checkPrivate } from './permissions.ts'

export interface StoredKey {
  readonly arn: string
  /** An operator closes everything under a key by writing `disabled`. */
  readonly state: 'enabled' | 'disabled'
  readonly key: Uint8Array
}

/** A key's file is some 200 bytes; what is larger is not one. */
const FILE_BYTES_MAX = 4096
const FORMAT = 1

export function formatKeyFile(stored: StoredKey): Uint8Array {
  const key = Buffer.from(stored.key).toString('base64')
  const fields = { format: FORMAT, arn: stored.arn, state: stored.state, key }
  return Buffer.from(`${JSON.stringify(fields, undefined, 2)}\n`)
}

/** The key in `file`, or why there is none to use. Throws Trouble when others may read it. */
export async function readKeyFile(
  disk: Disk,
  file: string,
): Promise<StoredKey | { unusable: string; problem: 'missing' | 'inaccessible' }> {
  const text = await readPrivate(disk, file).catch((error: unknown) => {
    if (error instanceof NotAFile) return ''
    throw error
  })
  if (text === undefined) return { unusable: 'the key does not exist', problem: 'missing' }
  return parseKeyFile(text) ?? { unusable: 'its key file is damaged', problem: 'inaccessible' }
}

async function readPrivate(disk: Disk, path: string): Promise<string | undefined> {
  let file: Awaited<ReturnType<Disk['open']>>
  try {
    file = await disk.open(path, 'follow')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
  await using opened = file
  const facts = await opened.stat()
  checkPrivate(path, facts, disk.ownUid)
  const bytes = Buffer.alloc(Math.min(facts.sizeBytes, FILE_BYTES_MAX))
  let end = 0
  while (end < bytes.byteLength) {
    const count = await opened.read(bytes.subarray(end), end)
    if (count === 0) break
    end += count
  }
  return bytes.toString('utf8', 0, end)
}

function parseKeyFile(text: string): StoredKey | undefined {
  const fields = parseObject(text)
  if (fields?.format !== FORMAT) return undefined
  const { arn, state, key } = fields
  if (typeof arn !== 'string' || typeof key !== 'string') return undefined
  if (state !== 'enabled' && state !== 'disabled') return undefined
  const bytes = new Uint8Array(Buffer.from(key, 'base64'))
  return bytes.byteLength === KEY_BYTES ? { arn, state, key: bytes } : undefined
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined // The parser's message would quote the key.
  }
}
