// Joins a reading of a resource with the entries of its newest recovery point: what is unchanged
// is taken over, the rest is read into the writer. One pass over both, in bounded memory.

import type { Reading, SourceContent, SourceEntry } from '../drivers/index.ts'
import { countUnread, FileSkipped, tellSkips } from '../drivers/index.ts'
import type { EntryFacts } from '../model/index.ts'
import { isLost, type Manifest, type OpenVault, type PointWriter } from '../vault/index.ts'
import { ParentEntries } from './parent-entries.ts'
import { ParentListLost } from './parent-point.ts'
import type { Turns } from './turns.ts'

/** What a merge has to say beside the entries it wrote. */
export interface Merged {
  /** Sentences about what was left out or is odd. */
  readonly warnings: readonly string[]
  /** Entries that should be in the recovery point, whole, and are not. */
  readonly unread: number
}

/** Reads everything into `writer`. Throws ParentListLost when the parent's entries are. */
export async function mergeWithParent(merge: {
  reading: Reading
  parent: Manifest | undefined
  vault: OpenVault
  writer: PointWriter
  /** Asked between entries: a group is read synchronously. */
  turns: Turns
  signal: AbortSignal
}): Promise<Merged> {
  const { reading, writer, turns, signal } = merge
  const parent = merge.parent && openParent(merge, merge.parent)
  await using _parent = parent
  const notes: string[] = []
  for await (const items of untilAborted(reading, signal)) {
    for (const item of items) {
      const turn = turns()
      if (turn) await turn
      signal.throwIfAborted()
      if (item.notes) notes.push(...item.notes.map((note) => note.text))
      if (!item.facts) continue
      const found = unchangedSince(parent, item.facts)
      const same = found instanceof Promise ? await found.catch(throwLost) : found
      if (same && writer.reusable(same)) {
        if (!writer.addAtOnce(same)) await writer.addUnchanged(same)
      } else if (item.open) await readEntry(writer, item)
      else if (!writer.addAtOnce(item.facts)) await writer.add(item.facts)
    }
  }
  const skips = reading.tally.summary()
  return { warnings: [...tellSkips(skips), ...notes], unread: countUnread(skips) }
}

/**
 * The groups of a reading; ends at once when the signal aborts, also while another thread lists a
 * folder that takes long. What the reading holds is then let go of when that thread is done.
 */
async function* untilAborted<Item>(
  groups: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => undefined)
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  const iterator = groups[Symbol.asyncIterator]()
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await Promise.race([iterator.next(), aborted.promise])
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    const left = iterator.return?.()
    if (signal.aborted) left?.catch(() => undefined)
    else await left
  }
}

/** The writer knows the parent's chunks; what it does not know, it cannot take over. */
function openParent(
  { vault, writer }: { vault: OpenVault; writer: PointWriter },
  manifest: Manifest,
): ParentEntries {
  return new ParentEntries(vault.entryGroups(manifest, writer.ids), (chunk) =>
    writer.chunkPlainBytes(chunk),
  )
}

function unchangedSince(parent: ParentEntries | undefined, facts: EntryFacts) {
  try {
    return parent?.unchanged(facts)
  } catch (error) {
    return throwLost(error)
  }
}

function throwLost(error: unknown): never {
  throw isLost(error) ? new ParentListLost(error) : error
}

/** Reads what may have changed. */
async function readEntry(writer: PointWriter, item: SourceEntry): Promise<void> {
  let content: SourceContent | undefined
  try {
    content = item.open?.()
  } catch (error) {
    // Gone or unreadable since it was listed: the reading has counted and named it.
    if (error instanceof FileSkipped) return
    throw error
  }
  // Asked for after opening: the facts are now those of the opened file.
  await writer.add(item.facts, content)
}
