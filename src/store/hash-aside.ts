// Hashes files on another thread, which opens and reads them itself: what is copied is then proved
// beside the copying of what comes next.

import { Blake3Hasher } from '@napi-rs/blake-hash'
import { Trouble } from '../model/index.ts'
import type { TreeFiles } from '../world/index.ts'
import { errorOfPosted, type Port, type PostedError, postedError } from '../world/index.ts'
import { Slabs } from './read-back.ts'

/** BLAKE3-256 in 64 lower-case hexadecimal digits, and how many bytes there were. */
export interface FileHash {
  readonly blake3: string
  readonly sizeBytes: number
}

/** Hashes the file at `path`, which is on this machine. */
export type HashFile = (path: string, signal: AbortSignal) => Promise<FileHash>

/** The path of a file. */
export type ToHasher = string
export type FromHasher = FileHash | PostedError

/** Hashing at the other end of lines that `open` opens, one for each file. */
export function hashAside(open: () => Port<ToHasher, FromHasher>): HashFile {
  return async (path, signal) => {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<FileHash>()
    const line = open()
    line.listen({
      message(answer) {
        if ('blake3' in answer) resolve(answer)
        else reject(errorOfPosted(answer))
        line.close()
      },
      end: () =>
        reject(new Trouble('The thread that reads copies back ended.', { retryable: true })),
    })
    line.post(path)
    return await promise
  }
}

const slabs = new Slabs()

/** Hashes one file for the other end of `line`. */
export function serveHashing(line: Port<FromHasher, ToHasher>, files: TreeFiles): void {
  line.listen({
    message(path) {
      try {
        line.post(hashHere(path, files))
      } catch (error) {
        line.post(postedError(error))
      }
    },
    end() {},
  })
}

function hashHere(path: string, files: TreeFiles): FileHash {
  const hasher = new Blake3Hasher()
  const slab = slabs.take()
  const file = files.openFile(Buffer.from(path))
  try {
    let sizeBytes = 0
    for (let count = files.read(file, slab); count > 0; count = files.read(file, slab)) {
      hasher.update(slab.subarray(0, count))
      sizeBytes += count
    }
    return { blake3: hasher.digest(), sizeBytes }
  } finally {
    files.close(file)
    slabs.giveBack(slab)
  }
}
