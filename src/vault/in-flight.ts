// Runs the same work over many things, several at a time. On a failure it begins no more, waits for
// what is on its way and throws the first error: nothing runs on behind its caller's back.

/** Begins `work` for each item in order, at most `most` at a time; resolves when all have ended. */
export async function eachInFlight<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  const failures: unknown[] = []
  const worker = async () => {
    while (failures.length === 0) {
      const next = rest.next()
      if (next.done) return
      try {
        await work(next.value)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: most }, worker))
  if (failures.length > 0) throw failures[0]
}

/** Waits for both to end, whatever becomes of either; throws the first one's error first. */
export async function bothEnded<One, Other>(
  one: Promise<One>,
  other: Promise<Other>,
): Promise<[One, Other]> {
  const [first, second] = await Promise.allSettled([one, other])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return [first.value, second.value]
}
