// Extended attributes and ACLs, which Node has no call to see. `getfattr`, where the system has it,
// lists them beside the reading of a tree, so that a backup can say what it does not keep.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Entries with attributes below a folder. */
export interface AttributeCount {
  readonly count: number
  /** The first few paths, relative, with odd bytes escaped. */
  readonly names: readonly string[]
}

export interface AttributeFinder {
  /** Undefined where nothing can tell. Never throws. */
  count(folder: string, signal: AbortSignal): Promise<AttributeCount | undefined>
}

const NAMES_MAX = 3
/** What a user or an administrator gave a file; not what the system labels every file with. */
const KINDS = '^user\\.|^system\\.posix_acl|^security\\.capability'
const HEADING = '# file: '

export const systemAttributes: AttributeFinder = {
  async count(folder, signal) {
    const args = ['--recursive', '--physical', '--no-dereference', `--match=${KINDS}`, '--', '.']
    const child = spawn('getfattr', args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    })
    const ended = new Promise<boolean>((resolve) => {
      // Not installed, or aborted; some unreadable file alone makes it end with 1.
      child.on('error', () => resolve(false))
      child.on('exit', (code) => resolve(code === 0 || code === 1))
    })
    const names: string[] = []
    let count = 0
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        if (!line.startsWith(HEADING)) continue
        count += 1
        if (names.length < NAMES_MAX) names.push(line.slice(HEADING.length))
      }
    } catch {
      // Its output ended early: what `ended` says counts.
    }
    return (await ended) ? { count, names } : undefined
  },
}
