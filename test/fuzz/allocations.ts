// Watches how much memory is asked for at once while something runs, so that a reader that believes
// a length before it has compared it is found at the first such length, not when memory is out.

/** Runs `work`; answers its end and the largest array of bytes that was asked for by its length. */
export function watchingAllocations<T>(work: () => T): { end: T; largest: number } {
  const original = globalThis.Uint8Array
  let largest = 0
  globalThis.Uint8Array = new Proxy(original, {
    construct(target, given: unknown[], newTarget) {
      if (typeof given[0] === 'number') largest = Math.max(largest, given[0])
      return Reflect.construct(
        target,
        given,
        newTarget === globalThis.Uint8Array ? target : newTarget,
      )
    },
  })
  try {
    return { end: work(), largest }
  } finally {
    globalThis.Uint8Array = original
  }
}
