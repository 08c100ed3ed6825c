// The packs of a real server's store, and how they rot.

import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The files of all packs of a store, in order. */
export function packsIn(store: string): string[] {
  return readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/packs\/..\/./.test(name))
    .sort()
    .map((name) => path.join(store, name))
}

/** Changes one bit. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 4
  chmodSync(file, 0o600)
  writeFileSync(file, bytes)
}
