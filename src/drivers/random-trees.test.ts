// Property: whatever tree there is, reading it and restoring it gives the same tree; and stopping
// the restore at a random moment and going on gives the same tree too.

import assert from 'node:assert/strict'
import { linkSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, restore, restoreRequest } from '../../test/trees/memory-point.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { realTree, systemClock } from '../world/index.ts'
import { openDirectoryDriver } from './index.ts'

const driver = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [] })

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'a!', 'a.', 'A', '-', ' ', '\n', '\\', 'é'),
  fc
    .uint8Array({ minLength: 1, maxLength: 5 })
    .map((bytes) => Buffer.from(bytes.map((byte) => byte | 0x80)).toString('latin1')),
)
/** What to make, where (an index into the folders so far), and a number to vary it. */
const step = fc.record({
  what: fc.constantFrom('folder', 'file', 'sparse', 'symlink', 'hardlink'),
  name,
  where: fc.nat(),
  size: fc.nat(200_000),
  time: fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

function make(root: string, steps: readonly Step[]): void {
  const folders = [Buffer.from(root)]
  const files: Buffer[] = []
  const made: [Buffer, number][] = []
  mkdirSync(root)
  for (const { what, name, where, size, time } of steps) {
    const folder = folders[where % folders.length] as Buffer
    const path = Buffer.concat([folder, Buffer.from('/'), Buffer.from(name, 'latin1')])
    if (made.some(([taken]) => taken.equals(path))) continue
    if (what === 'folder') folders.push(path)
    if (what === 'folder') mkdirSync(path, 0o700 | (size & 0o1077))
    else if (what === 'symlink') symlinkSync(Buffer.from(name.repeat(size % 20), 'latin1'), path)
    else if (what === 'hardlink' && files.length > 0) {
      linkSync(files[size % files.length] as Buffer, path)
    } else {
      const content = what === 'sparse' ? Buffer.alloc(size) : Buffer.alloc(size % 5000, name)
      writeFileSync(path, content, { mode: 0o400 | (size & 0o377) })
      files.push(path)
    }
    made.push([path, time])
  }
  for (const [path, time] of made) lutimesSync(path, `${time}.25`, `${time}.25`)
}

test('any tree comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(60), async (steps, stopAt) => {
      using folder = temporaryFolder()
      const source = join(folder.path, 'source')
      make(
        source,
        steps.filter((each) => each.what !== 'symlink' || each.size % 20 > 0),
      )
      const point = await backUp(driver, source)
      const target = join(folder.path, 'target')
      const stop = new AbortController()
      let left = stopAt
      const request = restoreRequest(point, {
        target,
        signal: stop.signal,
        onProgress: () => {
          left -= 1
          if (left === 0) stop.abort(new Error('stopped'))
        },
      })
      await driver.restore(request).catch((error) => assert.equal(error.message, 'stopped'))
      await restore(driver, point, { target, resuming: true })
      assert.deepEqual(compareTrees(source, target), [])
    }),
    { numRuns: 40 },
  )
})
