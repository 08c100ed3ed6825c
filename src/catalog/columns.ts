// How values lie in columns: JSON as text, absence as null, yes and no as 1 and 0.

/** JSON for a column that may be empty. */
export const toJson = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value)

/** The value back. What is in the catalog was written by `toJson` of the same type. */
export const fromJson = <T>(text: string | null): T | undefined =>
  text === null ? undefined : (JSON.parse(text) as T)

/** Reads texts of one column; what is the same as in the row before is read once. */
export function repeatedJson<T>(): (text: string | null) => T | undefined {
  let last: string | null = null
  let value: T | undefined
  return (text) => {
    if (text !== last) {
      value = fromJson<T>(text)
      last = text
    }
    return value
  }
}

/** Leaves null, and so every absent member, out of a row: `{ a: null }` becomes `{}`. */
export function present<T extends object>(row: T): { [K in keyof T]: Exclude<T[K], null> } {
  const entries = Object.entries(row).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], null> }
}

/** Absence as SQL has it. */
export const orNull = <T>(value: T | undefined): T | null => value ?? null
