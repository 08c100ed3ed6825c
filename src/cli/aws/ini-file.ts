// AWS's shared configuration files: sections of `key = value`, comments, one level of nesting by
// indentation. As strict as the reference: what it refuses is refused.

/** Not a file of that form. */
export class IniMistake extends Error {
  override readonly name = 'IniMistake'
}

/** A value, or the indented values below a key without one. */
export type IniValue = string | ReadonlyMap<string, string>
export type IniSection = ReadonlyMap<string, IniValue>

/** Reads a file's text. Throws IniMistake. */
export function parseIni(text: string): Map<string, IniSection> {
  const sections = new Map<string, Map<string, IniValue>>()
  let section: Map<string, IniValue> | undefined
  let key: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue
    if (/^\s/.test(line) && key !== undefined && section) {
      continueValue(section, key, line.trim())
      continue
    }
    const header = /^\[([^\]]+)\]/.exec(line)
    if (header) {
      const name = header[1] as string
      if (sections.has(name)) throw new IniMistake(`section ${name} twice`)
      section = new Map()
      sections.set(name, section)
      key = undefined
      continue
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line)
    if (!pair || !section) throw new IniMistake(`cannot read ${JSON.stringify(line)}`)
    key = (pair[1] as string).trim().toLowerCase()
    if (section.has(key)) throw new IniMistake(`${key} twice`)
    section.set(key, (pair[2] as string).trim())
  }
  return sections
}

function continueValue(section: Map<string, IniValue>, key: string, line: string): void {
  const before = section.get(key)
  if (typeof before === 'string' && before !== '') {
    section.set(key, `${before}\n${line}`)
    return
  }
  const nested = new Map(before instanceof Map ? (before as Map<string, string>) : [])
  const pair = /^([^=]+?)\s*=\s*(.*)$/.exec(line)
  if (!pair) throw new IniMistake(`cannot read ${JSON.stringify(line)}`)
  nested.set(pair[1] as string, pair[2] as string)
  section.set(key, nested)
}
