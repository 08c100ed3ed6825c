// Finds an object's member that is given twice. JSON.parse keeps the last silently; of a policy
// with two Effects nobody can say which its author meant.

/** The name of the first such member, as it is written; undefined when all are different. The
 *  text must be JSON. */
export function duplicateMember(text: string): string | undefined {
  /** Of each open object the names so far; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token.endsWith(':')) {
      const written = token.slice(0, token.lastIndexOf('"') + 1)
      const name = String(JSON.parse(written))
      const names = open.at(-1)
      if (names?.has(name)) return written.slice(0, 100)
      names?.add(name)
    }
  }
  return undefined
}
