// Output as it is compared: what differs from run to run is the same, and what tells that a job is
// on its way is left out, for nobody can say how often it is told.

const UUID = /\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/gi
const MASKS: readonly (readonly [RegExp, string])[] = [
  [UUID, 'ID'],
  [/\bAKIA[0-9A-Z]{16}\b/g, 'AKIA-ID'],
  [/\bfs-[0-9a-f]{17}\b/g, 'fs-ID'],
  [/\/tmp\/copyhold-[a-z]+-\w+/g, '/tmp/FOLDER'],
  // The first version of the AWS command line prints moments as numbers.
  [/("\w+Date": )\d+\.\d+/g, '$1"MOMENT"'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d| UTC)?/g, 'MOMENT'],
  [/\b\d+(\.\d+)? ?(bytes|[kMGT]i?B)(\/s)?\b/g, 'SIZE'],
  [/"bytes_(\w+)":\d+(\.\d+)?/g, '"bytes_$1":SIZE'],
  [/"\w*Bytes": \d+/g, '"Bytes": SIZE'],
  [/\b\d+(\.\d+)? (s|ms|min|entries)\b/g, 'AMOUNT'],
  // How much the program can see of a file depends on what the machine has installed.
  [/:? ?Extended attributes and ACLs, [^\n]*?\.(?="|\n|$)/g, ''],
]
const ON_ITS_WAY = /^\w+( \S+)?: (CREATED|PENDING|RUNNING)\b|"state":"(CREATED|PENDING|RUNNING)"/

/** The output without what tells that a job is on its way. */
export function withoutItsWay(text: string): string {
  const lines = text.trimEnd().split('\n')
  return `${lines.filter((line) => !ON_ITS_WAY.test(line)).join('\n')}\n`
}

/** The lines, with what differs made the same. */
export function masked(text: string): string[] {
  const same = MASKS.reduce((masking, [what, name]) => masking.replaceAll(what, name), text)
  const lines = same.split('\n').map((line) => line.trimEnd())
  return lines.filter((line) => line !== '' && !ON_ITS_WAY.test(line))
}

/** Whether the page shows this output; a line `…` stands for any lines that are not shown. */
export function isShown(printed: string, shown: string): boolean {
  const parts = shown.split(/^…$/m).map(masked)
  const [first = [], ...rest] = parts
  const lines = masked(printed)
  if (!same(lines.slice(0, first.length), first)) return false
  let from = first.length
  for (const part of rest) {
    const last = part === rest.at(-1)
    const at = last ? lines.length - part.length : placeOf(part, lines, from)
    if (at < from || !same(lines.slice(at, at + part.length), part)) return false
    from = at + part.length
  }
  return from === lines.length || rest.length > 0
}

const same = (a: readonly string[], b: readonly string[]) => a.join('\n') === b.join('\n')

function placeOf(part: readonly string[], lines: readonly string[], from: number): number {
  return lines.findIndex((_, at) => at >= from && same(lines.slice(at, at + part.length), part))
}
