// Immutable files as Linux has them, on a simulated disk: who removes or replaces one is answered
// EPERM until its flag is cleared. Not simulated: that writing to one and giving it another name
// are refused as well, which no store does.

import type { HoldingDisk, Immutability } from '../../src/world/index.ts'
import { holdingDisk } from '../../src/world/index.ts'
import { type SimDisk, systemError } from './disk.ts'

/** Paths of files that are immutable; they outlive the process. */
export type HeldFiles = Set<string>

/** The flag as root may set it, or as it cannot be set, for that reason. */
export function simulatedFlag(held: HeldFiles, unsupported?: string): Immutability {
  return {
    async set(paths) {
      if (unsupported !== undefined) return { unsupported }
      for (const each of paths) held.add(each)
      return 'set'
    },
    async clear(paths) {
      if (unsupported !== undefined) return { unsupported }
      for (const each of paths) held.delete(each)
      return 'set'
    },
  }
}

/** `disk` as a store gets it. `every`: a file is held from the moment that it has its name. */
export function diskWithHeldFiles(
  disk: SimDisk,
  held: HeldFiles,
  options: { readonly every?: true; readonly unsupported?: string } = {},
): HoldingDisk {
  return holdingDisk(stubborn(disk, held, options.every), simulatedFlag(held, options.unsupported))
}

function stubborn(disk: SimDisk, held: HeldFiles, every: true | undefined): SimDisk {
  const refuse = (file: string) => {
    if (held.has(file)) throw systemError('EPERM')
  }
  const calls: Partial<SimDisk> = {
    async unlink(file) {
      refuse(file)
      await disk.unlink(file)
    },
    async rename(from, to) {
      refuse(from)
      refuse(to)
      await disk.rename(from, to)
    },
    async link(from, to) {
      refuse(from)
      await disk.link(from, to)
      if (every) held.add(to)
    },
  }
  return new Proxy(disk, {
    get(target, name: keyof SimDisk) {
      const own = calls[name] ?? target[name]
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}
