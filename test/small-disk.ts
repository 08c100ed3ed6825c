// Small file systems of their own, which a test may fill to the last byte: in memory, and ext4 in a
// file. Only root can mount them; elsewhere tests that want one are skipped and say why.

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

export type FileSystem = 'tmpfs' | 'ext4'

/** A mounted file system; gone at the end of its scope. */
export class SmallDisk implements Disposable {
  readonly folder: string
  readonly #image: string

  constructor(kind: FileSystem, folder: string, mib: number) {
    this.folder = folder
    this.#image = `${folder}.image`
    mkdirSync(folder, { recursive: true })
    if (kind === 'tmpfs') mount('-t', 'tmpfs', '-o', `size=${mib}m`, 'none', folder)
    else {
      writeFileSync(this.#image, '')
      truncateSync(this.#image, mib * 1024 * 1024)
      execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', this.#image], { stdio: 'ignore' })
      mount('-o', 'loop', this.#image, folder)
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder)
    return bavail * bsize
  }

  /** Has somebody else take every byte, but for some that are left. */
  fill(leftBytes = 0): void {
    const file = openSync(this.#others, 'a')
    try {
      for (const size of [1 << 20, 1 << 12, 512, 1]) {
        while (this.freeBytes - leftBytes >= (leftBytes === 0 ? 0 : size)) {
          writeSync(file, new Uint8Array(size))
        }
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      if (leftBytes === 0) this.#fillTheRest(file)
    } finally {
      closeSync(file)
    }
  }

  /** Somebody else goes. */
  unfill(): void {
    rmSync(this.#others, { force: true })
  }

  get #others(): string {
    return path.join(this.folder, 'others')
  }

  /** A piece that is too large is refused whole by some: then smaller ones fit. */
  #fillTheRest(file: number): void {
    for (const size of [1 << 16, 1 << 12, 1]) {
      try {
        for (;;) writeSync(file, new Uint8Array(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' })
    rmSync(this.#image, { force: true })
  }
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' })
}

/** Why no small disk of the kind can be had below `folder`; false when one can. */
export function whyNoSmallDisk(kind: FileSystem, folder: string): string | false {
  try {
    using _ = new SmallDisk(kind, path.join(folder, 'tried'), 16)
    return false
  } catch {
    return `no ${kind} can be mounted here`
  }
}
