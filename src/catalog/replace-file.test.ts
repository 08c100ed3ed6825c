// A catalog takes the place of another. Goal: whatever disk call the power fails at, there is the
// whole old one with its log, none, or the whole new one without that log, and trying again ends
// with the new one. Method: a simulated disk that dies at every call.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimDisk } from '../../test/sim/disk.ts'
import { everyCrash } from '../../test/sim/every-crash.ts'
import { removeFile, writeDurably } from '../world/index.ts'
import { discardCatalog, replaceCatalog } from './replace-file.ts'

const FROM = '/data/catalog-new.db'
const TO = '/data/catalog.db'

test('at every crash the old catalog is there with its log, or none, or the new one alone', async () => {
  const calls = await everyCrash({
    async prepare(disk) {
      await disk.mkdir('/data')
      await disk.syncFolder('/')
      await write(disk, TO, 'old')
      await write(disk, `${TO}-wal`, 'log of the old')
      await write(disk, `${TO}-shm`, 'index')
      await write(disk, FROM, 'new')
      await disk.syncFolder('/data')
    },
    run: async (disk, told) => {
      await replaceCatalog(disk, { from: FROM, to: TO })
      told.push('replaced')
    },
    async check(disk, told) {
      const [catalog, log] = [textOf(disk, TO), textOf(disk, `${TO}-wal`)]
      const isOld = catalog === 'old' && log === 'log of the old'
      const isNone = catalog === undefined && told.length === 0
      const isNew = catalog === 'new' && log === undefined
      assert.ok(isOld || isNone || isNew, `${catalog} with ${log}`)
      assert.ok(told.length === 0 || isNew)
      if (!isOld) assert.ok(keptOnes(disk).includes('old'))
      await discardCatalog(disk, FROM)
      await write(disk, FROM, 'new')
      await replaceCatalog(disk, { from: FROM, to: TO })
      assert.equal(textOf(disk, TO), 'new')
      assert.equal(textOf(disk, `${TO}-wal`), undefined)
    },
  })
  assert.ok(calls > 10)
})

test('every catalog that was there is kept under a name of its own', async () => {
  const disk = new SimDisk()
  await disk.mkdir('/data')
  const kept: (string | undefined)[] = []
  for (const text of ['one', 'two', 'three']) {
    await write(disk, FROM, text)
    kept.push(await replaceCatalog(disk, { from: FROM, to: TO }))
  }
  const names = ['/data/catalog-replaced-1.db', '/data/catalog-replaced-2.db']
  assert.deepEqual(kept, [undefined, ...names])
  assert.deepEqual(
    [...names, TO].map((file) => textOf(disk, file)),
    ['one', 'two', 'three'],
  )
})

/** The catalogs kept aside, each of which must have its log. */
function keptOnes(disk: SimDisk): string[] {
  const files = disk.tree().filter((file) => /-replaced-\d+\.db$/.test(file))
  return files.map((file) => {
    const text = textOf(disk, file) ?? ''
    if (text === 'old') assert.equal(textOf(disk, `${file}-wal`), 'log of the old')
    return text
  })
}

async function write(disk: SimDisk, file: string, text: string): Promise<void> {
  await removeFile(disk, file)
  await writeDurably(disk, { path: file, bytes: new TextEncoder().encode(text), mode: 0o600 })
}

function textOf(disk: SimDisk, file: string): string | undefined {
  return disk.tree().includes(file) ? new TextDecoder().decode(disk.bytesOf(file)) : undefined
}
