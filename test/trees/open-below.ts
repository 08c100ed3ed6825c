// What this process holds open in a folder, where the system tells.

import { readdirSync, readlinkSync } from 'node:fs'

/** Paths of open files and folders, of all threads. */
export function openBelow(folder: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return []
    }
  })
}
