// The pages that people read: all Markdown of the project.

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Their names, from the project's folder. */
export const PAGES: readonly string[] = ['.', 'docs', 'docs/decisions', 'examples'].flatMap(
  (folder) =>
    readdirSync(path.join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(folder, name)),
)

/** The text of a page. */
export function pageText(name: string): string {
  return readFileSync(path.join(ROOT, name), 'utf8')
}
