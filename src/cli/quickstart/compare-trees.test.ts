// Goal: the comparison of a quickstart finds every kind of difference. Method: one tree made twice,
// the copy spoilt in one place after the other.

import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemFiles } from '../../world/index.ts'
import { compareTrees, sharedFiles } from './compare-trees.ts'

const root = fs.mkdtempSync(join(tmpdir(), 'copyhold-compare-'))
const [original, copy] = [join(root, 'original'), join(root, 'copy')]
after(() => fs.rmSync(root, { recursive: true }))

function make(tree: string): void {
  fs.mkdirSync(join(tree, 'sub'), { recursive: true })
  fs.writeFileSync(join(tree, 'file'), 'one two three')
  fs.writeFileSync(join(tree, 'sub', 'linked'), 'linked')
  fs.linkSync(join(tree, 'sub', 'linked'), join(tree, 'sub', 'again'))
  fs.symlinkSync('file', join(tree, 'symlink'))
  fs.writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0x61, 0xff])]), 'odd')
  settle(tree)
}

// The same times everywhere, folders last.
function settle(tree: string): void {
  for (const entry of fs.readdirSync(tree, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${tree}/`), entry.name])
    if (entry.isDirectory()) settle(path.toString())
    else fs.lutimesSync(path, 1_700_000_000.5, 1_700_000_000.5)
  }
  fs.utimesSync(tree, 1_700_000_000.5, 1_700_000_000.5)
}

async function differences(): Promise<string[]> {
  const trees = { original, copy, sinceMs: 0 }
  const compared = await compareTrees(systemFiles, trees, async () => {})
  return compared.differences.map(({ path, what }) => `${path}: ${what}`)
}

before(() => {
  make(original)
})

test('a tree equals its twin', async () => {
  make(copy)
  assert.deepEqual(await differences(), [])
})

test('every kind of difference is found', async () => {
  const spoilt: readonly (readonly [RegExp, () => void])[] = [
    [
      /^\.\/file: content differs at byte 4$/,
      () => fs.writeFileSync(join(copy, 'file'), 'one TWO three'),
    ],
    [/^\.\/file: had 13 bytes, has 3$/, () => fs.writeFileSync(join(copy, 'file'), 'one')],
    [/^\.\/file: mode was 644, is 600$/, () => fs.chmodSync(join(copy, 'file'), 0o600)],
    [/^\.\/file: was file, is nothing$/, () => fs.rmSync(join(copy, 'file'))],
    [/^\.\/more: was not there$/, () => fs.writeFileSync(join(copy, 'more'), '')],
    [
      /^\.\/symlink: pointed to file, points to elsewhere$/,
      () => {
        fs.rmSync(join(copy, 'symlink'))
        fs.symlinkSync('elsewhere', join(copy, 'symlink'))
      },
    ],
    [
      /^\.\/sub\/linked: is linked with other names than it was$/,
      () => {
        fs.rmSync(join(copy, 'sub/again'))
        fs.writeFileSync(join(copy, 'sub/again'), 'linked')
      },
    ],
  ]
  for (const [expected, spoil] of spoilt) {
    fs.rmSync(copy, { recursive: true })
    make(copy)
    fs.chmodSync(join(original, 'file'), 0o644)
    spoil()
    settle(copy)
    const found = await differences()
    assert.ok(
      found.some((line) => expected.test(line)),
      `${expected} in ${found.join(' | ')}`,
    )
  }
})

test('times may differ by a microsecond and no more', async () => {
  fs.rmSync(copy, { recursive: true })
  make(copy)
  fs.utimesSync(join(copy, 'file'), 1_700_000_000.5, 1_700_000_000.500_01)
  assert.match((await differences()).join(), /file: modification time is -\d+ ns off/)
})

test('a file that two folders share is counted', () => {
  assert.equal(sharedFiles(systemFiles, [original, copy]), 0)
  fs.linkSync(join(original, 'file'), join(copy, 'sub', 'borrowed'))
  assert.equal(sharedFiles(systemFiles, [original, copy]), 1)
})
