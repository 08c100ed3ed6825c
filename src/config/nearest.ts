// Which name a misspelled one was probably meant to be.

/** How many letters may be wrong, as a share of the longer name. */
const WRONG_SHARE_MAX = 0.4

/** The name most like `text`; undefined when none is like it. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const lower = text.toLowerCase()
  const ranked = names
    .map((name) => ({ name, wrong: distance(lower, name.toLowerCase()) }))
    .filter(({ name, wrong }) => wrong <= WRONG_SHARE_MAX * Math.max(name.length, text.length))
    .sort((one, other) => one.wrong - other.wrong)
  return ranked[0]?.name
}

/** How many letters to change, add or take away (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, against] of [...other].entries()) {
      const changed = (row[j] ?? 0) + (letter === against ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
