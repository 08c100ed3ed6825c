// Which names a misspelled one may stand for: similarity by Ratcliff and Obershelp, the measure
// AWS's command line uses, so that the same suggestions come in the same order.

/** How alike two texts must be, from 0 to 1. */
const CUTOFF = 0.8
/** How many suggestions at most. */
const MOST = 3

/** The names most like `text`, the best first. */
export function closeMatches(text: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, ratio: similarity(name, text) }))
    .filter(({ ratio }) => ratio >= CUTOFF)
    .sort((a, b) => b.ratio - a.ratio || (a.name < b.name ? 1 : -1))
    .slice(0, MOST)
    .map(({ name }) => name)
}

function similarity(a: string, b: string): number {
  const length = a.length + b.length
  return length === 0 ? 1 : (2 * common(a, b)) / length
}

// The longest common run, and what is common left and right of it.
function common(a: string, b: string): number {
  let best = { size: 0, inA: 0, inB: 0 }
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      let size = 0
      while (i + size < a.length && a[i + size] === b[j + size]) size++
      if (size > best.size) best = { size, inA: i, inB: j }
    }
  }
  if (best.size === 0) return 0
  const { size, inA, inB } = best
  return (
    size +
    common(a.slice(0, inA), b.slice(0, inB)) +
    common(a.slice(inA + size), b.slice(inB + size))
  )
}
