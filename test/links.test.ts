// Goal: what a page points to is there. Method: every link of a page into the project, with its
// heading, and every path of a file that it names.

import assert from 'node:assert/strict'
import { existsSync, globSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { PAGES, pageText } from './pages/all-pages.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
/** Folders of the project whose files are named by their whole path. */
const PATH = /`((?:src|test|docs|bench|bin|build|examples)\/[\w./*-]*)`/g
/** Pages that tell of times when other files were there. */
const OF_THE_PAST = ['CHANGELOG.md', 'docs/performance-history.md']

test('every link of a page leads to a file and a heading that are there', () => {
  const wrong: string[] = []
  for (const page of PAGES) {
    const links = proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)
    for (const [, link = ''] of links) {
      if (/^[a-z]+:/.test(link)) continue
      const [file = '', heading] = link.split('#')
      const target = file === '' ? page : path.join(path.dirname(page), file)
      if (!existsSync(path.join(ROOT, target))) wrong.push(`${page}: ${link}: no such file`)
      else if (heading !== undefined && !headingsOf(target).has(heading)) {
        wrong.push(`${page}: ${link}: no such heading`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

test('every file that a page names is there', () => {
  const wrong: string[] = []
  for (const page of PAGES.filter((name) => !OF_THE_PAST.includes(name))) {
    for (const [, name = ''] of proseOf(page).matchAll(PATH)) {
      if (globSync(name, { cwd: ROOT }).length === 0) wrong.push(`${page}: ${name}: no such file`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('every page can be reached from the README', () => {
  const reached = new Set<string>()
  const next = ['README.md']
  for (let page = next.pop(); page !== undefined; page = next.pop()) {
    if (reached.has(page) || !existsSync(path.join(ROOT, page))) continue
    reached.add(page)
    for (const [, link = ''] of proseOf(page).matchAll(/\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g)) {
      if (!/^[a-z]+:/.test(link)) next.push(path.join(path.dirname(page), link))
    }
  }
  const away = PAGES.filter((page) => !reached.has(page) && page !== 'CHANGELOG.md')
  assert.deepEqual(away, [])
})

/** The page without its blocks of commands and output, which show more than they name. */
function proseOf(page: string): string {
  return pageText(page).replaceAll(/^ *```.*?^ *```$/gms, '')
}

/** The names under which a page's headings and anchors are linked to. */
function headingsOf(page: string): Set<string> {
  if (!statSync(path.join(ROOT, page)).isFile()) return new Set()
  const text = proseOf(page)
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
  const anchors = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)
  return new Set([...headings, ...anchors])
}
