// The limits of a server outlive it in a small file of its data folder. Replaced whole: nobody ever
// reads half of it.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { changeLimits, type Limits, NO_LIMITS, parseLimitsChange } from '../model/index.ts'
import type { DataFolder } from './data-folder.ts'

/** What was set last; undefined when nothing was. Throws on a file that is not ours. */
export function readLimits(data: DataFolder): Limits | undefined {
  const file = limitsFile(data)
  if (!existsSync(file)) return undefined
  const change = parseLimitsChange(JSON.parse(readFileSync(file, 'utf8')))
  if ('reason' in change) throw new Error(`${file}: ${change.parameter}: ${change.reason}`)
  return changeLimits(NO_LIMITS, change)
}

/** Durable when it returns. */
export function writeLimits(data: DataFolder, limits: Limits): void {
  const file = limitsFile(data)
  const fresh = `${file}.new`
  writeFileSync(fresh, `${JSON.stringify(limits, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(fresh, file)
  const folder = openSync(data.folder, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function limitsFile(data: DataFolder): string {
  return path.join(data.folder, 'limits.json')
}
