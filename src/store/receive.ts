// Takes an object into a disk store: copied inside the kernel, synced, and read back against its
// hash while the sync runs. One read proves two things: that the source was whole, and that what
// the kernel holds for the destination is right. Then the file gets its name.

import { Trouble } from '../model/index.ts'
import type { Disk, DiskFile } from '../world/index.ts'
import { errnoOf, removeFile } from '../world/index.ts'
import type { FileHash, HashFile } from './hash-aside.ts'
import { isFileStore, type Media, mayShareExtents } from './media.ts'
import { hashSource, pieces } from './move.ts'
import type { Arrival, PutResult } from './object-store.ts'
import { ObjectDamaged, ObjectMissing } from './object-store.ts'
import { hashFile, type Slabs } from './read-back.ts'

/** Smaller ones are read sooner than another thread is asked. */
const ASIDE_BYTES_MIN = 1024 * 1024

/** What the receiving store lends for one arrival. */
export interface Landing {
  readonly disk: Disk
  readonly media: Media
  readonly sharedExtents: boolean
  readonly slabs: Slabs
  /** Hashes on another thread, where there is one. */
  readonly hashAside: HashFile | undefined
  /** Path to write at; removed again whatever happens. */
  readonly temporary: string
  readonly mode: number
  /** The file that has the final name already, if there is one. */
  open(): Promise<DiskFile | undefined>
  /** Gives the file its final name; false when the name is taken. */
  link(temporary: string): Promise<boolean>
}

export async function receiveFile(arrival: Arrival, landing: Landing): Promise<PutResult> {
  arrival.signal.throwIfAborted()
  if (await isPresent(arrival, landing)) return 'exists'
  try {
    await fill(arrival, landing)
    await prove(arrival, landing)
    arrival.signal.throwIfAborted()
    if (await landing.link(landing.temporary)) return 'created'
  } finally {
    await removeFile(landing.disk, landing.temporary)
  }
  if (await isPresent(arrival, landing)) return 'exists'
  throw new Trouble(`${arrival.toName} was removed while it was written`, { retryable: true })
}

/**
 * The same for an object whose bytes are damaged or gone. Its name goes from the old file to the
 * new one in one step, and only when that is durable: whoever dies here leaves one of the two.
 */
export async function replaceFile(
  arrival: Arrival,
  landing: Landing & { takeName(temporary: string): Promise<void> },
): Promise<PutResult> {
  arrival.signal.throwIfAborted()
  if (await isWhole(arrival, landing)) return 'exists'
  try {
    await fill(arrival, landing)
    await prove(arrival, landing)
    arrival.signal.throwIfAborted()
    await landing.takeName(landing.temporary)
    return 'created'
  } finally {
    await removeFile(landing.disk, landing.temporary)
  }
}

async function isWhole(arrival: Arrival, landing: Landing): Promise<boolean> {
  try {
    return await isPresent(arrival, landing)
  } catch (error) {
    // What cannot be read is what is to be replaced.
    if (error instanceof ObjectDamaged || errnoOf(error) === 'EIO') return false
    throw error
  }
}

/** Whether the object is there, whole; throws ObjectDamaged when what is there is not it. */
async function isPresent(arrival: Arrival, landing: Landing): Promise<boolean> {
  const file = await landing.open()
  if (file === undefined) return false
  await using opened = file
  if (opened.sizeBytes !== arrival.sizeBytes) {
    throw new ObjectDamaged(arrival.toName, 'destination')
  }
  const found = await hashFile(opened, landing.slabs, arrival.signal)
  if (found.blake3 !== arrival.blake3 || found.sizeBytes !== arrival.sizeBytes) {
    throw new ObjectDamaged(arrival.toName, 'destination')
  }
  return true
}

async function fill(arrival: Arrival, landing: Landing): Promise<void> {
  const { from, fromName, sizeBytes } = arrival
  const { disk, temporary } = landing
  if (isFileStore(from) && from.files.disk === disk && mayCopyInKernel(from.files.media, landing)) {
    const source = await from.head(fromName)
    if (source === undefined) throw new ObjectMissing(fromName)
    if (source.sizeBytes !== sizeBytes) throw new ObjectDamaged(fromName, 'source')
    const copy = () => disk.copyFile(from.files.pathOf(fromName), temporary)
    return arrival.copying ? arrival.copying.during(copy) : copy()
  }
  await using file = await disk.open(temporary, 'create')
  for await (const piece of pieces(arrival)) await file.write(piece.bytes, piece.offset)
}

function mayCopyInKernel(source: Media, landing: Landing): boolean {
  return landing.sharedExtents || !mayShareExtents(source, landing.media)
}

async function prove(arrival: Arrival, landing: Landing): Promise<void> {
  await using file = await landing.disk.open(landing.temporary, 'read')
  await file.chmod(landing.mode)
  const [synced, read] = await Promise.allSettled([
    file.datasync(),
    readBack(file, arrival, landing),
  ])
  // A sync that failed is not tried again: the file goes, and the caller starts from the source.
  if (synced.status === 'rejected') throw synced.reason
  if (read.status === 'rejected') throw read.reason
  const { blake3, sizeBytes } = read.value
  if (blake3 === arrival.blake3 && sizeBytes === arrival.sizeBytes) return
  throw await blame(arrival)
}

function readBack(file: DiskFile, arrival: Arrival, landing: Landing): Promise<FileHash> {
  const { hashAside, temporary, slabs } = landing
  if (hashAside && arrival.sizeBytes >= ASIDE_BYTES_MIN) return hashAside(temporary, arrival.signal)
  return hashFile(file, slabs, arrival.signal)
}

/** The copy is wrong: says whether its source is, by reading that again. */
async function blame(arrival: Arrival): Promise<Error> {
  const source = await hashSource(arrival)
  if (source !== arrival.blake3) return new ObjectDamaged(arrival.fromName, 'source')
  const message = `the copy of ${arrival.fromName} did not read back as it was written`
  return new Trouble(message, { retryable: true })
}
