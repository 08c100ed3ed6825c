// What a store lists, a few at a time: a vault may have more of it than should be in memory at
// once.

/** All items in their order, in batches of `size`; the last may be smaller. */
export async function* inBatches<Item>(
  items: AsyncIterable<Item>,
  size: number,
): AsyncIterable<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
