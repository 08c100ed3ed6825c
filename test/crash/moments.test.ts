// That no moment to die at is left out, that each is kept as it was while the run goes on, and that
// only what is the same in everything counts as met before: deaths are skipped on the word of it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { tags } from '../../src/catalog/index.ts'
import { SimDisk } from '../sim/disk.ts'
import { rowsOf } from './catalog-rows.ts'
import { everyJobCrash, fastFolder, type JobScene, makeTree } from './job-crash.ts'
import { HOME, JobWorld, type WorldOptions } from './job-world.ts'
import { CatalogCopies, Met, momentsOf, type Promised } from './moments.ts'
import { TRANSACTION } from './mortal-catalog.ts'
import { oneVault, scenes } from './scenes.ts'

test('every disk call and transaction of a run is a moment, and so is its end', async () => {
  await using other = await OtherWorld.open()
  const { options, world } = other
  const before = options.disk.calls.length
  const backup = scenes['a backup'] as JobScene
  const moments = await momentsOf(options, (told) => backup.run(world, told), other.catalogs)
  const calls = options.disk.calls.slice(before)
  assert.ok(calls.length > 50 && calls.includes(TRANSACTION), `${calls.length} calls`)
  assert.deepEqual(moments.map(({ call }) => call).sort(), [...calls, 'the end'].sort())
})

test('a moment keeps disk, catalog, puts and promises as they were', async () => {
  await using other = await OtherWorld.open()
  const { options } = other
  const run = async (told: Promised) => {
    await options.disk.mkdir('/new')
    await other.tag('one')
    told.jobs.push('a job')
    await other.tag('two')
    options.puts.push('an object')
  }
  const moments = await momentsOf(options, run, other.catalogs)
  assert.deepEqual(
    moments.map(({ call }) => call),
    ['mkdir /new', TRANSACTION, TRANSACTION, 'the end'],
  )
  const found = moments.map(({ left, promised }) => [
    left.disk.tree().includes('/new/'),
    [...rowsOf(left.catalogFile)].filter((row) => /"(one|two)"/.test(row)).length,
    left.puts.includes('an object'),
    promised.jobs.length,
  ])
  assert.deepEqual(found, [
    [false, 0, false, 0],
    [true, 0, false, 0],
    [true, 1, false, 1],
    [true, 2, true, 1],
  ])
})

test('only what is the same in everything was met before', async () => {
  await using other = await OtherWorld.open()
  const { options } = other
  const promised = { jobs: ['a job'], deleted: [] }
  const left = () => ({
    ...options,
    disk: options.disk.afterKill(),
    catalogFile: other.catalogs.copyOf(options.catalogFile),
    held: new Set(['/a']),
    puts: ['an object'],
  })
  const met = new Met()
  assert.ok(met.isNew(left(), promised))
  assert.ok(!met.isNew(left(), promised))
  assert.ok(!met.isNew({ ...left(), puts: [] }, promised), 'asked for less')
  assert.ok(met.isNew({ ...left(), puts: ['another'] }, promised))
  assert.ok(met.isNew({ ...left(), held: new Set() }, promised))
  assert.ok(met.isNew(left(), { ...promised, jobs: [] }))
  assert.ok(met.isNew(left(), { ...promised, deleted: ['a point'] }))
  await other.tag('one')
  assert.ok(met.isNew(left(), promised), 'a row')
  await options.disk.mkdir('/new')
  assert.ok(met.isNew(left(), promised), 'a name that is not synced')
  await options.disk.syncFolder('/')
  assert.ok(met.isNew(left(), promised), 'its sync')
  assert.ok(!met.isNew(left(), promised))
})

test('a scene that promises what it does not keep fails, and says at which call', async () => {
  const liar: JobScene = {
    prepare: oneVault,
    async run(world, told) {
      told.jobs.push('nobody')
      await world.sweep(HOME, 'daily')
    },
  }
  await assert.rejects(everyJobCrash(liar), /^Error: killed at call 0 \(.*job nobody is unknown/s)
})

/** A server with a vault, and copies of its catalog. */
class OtherWorld implements AsyncDisposable {
  readonly options: WorldOptions
  readonly world: JobWorld
  readonly catalogs: CatalogCopies
  readonly #folder: string

  private constructor(folder: string, options: WorldOptions, world: JobWorld) {
    this.#folder = folder
    this.options = options
    this.world = world
    let files = 0
    this.catalogs = new CatalogCopies(() => path.join(folder, `copy-${files++}.db`))
  }

  static async open(): Promise<OtherWorld> {
    const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-moments-'))
    const tree = path.join(folder, 'tree')
    makeTree(tree)
    const catalogFile = path.join(folder, 'catalog.db')
    const options = { disk: new SimDisk(), catalogFile, tree, puts: [] }
    const world = await JobWorld.open(options)
    await oneVault(world)
    return new OtherWorld(folder, options, world)
  }

  async tag(value: string): Promise<void> {
    await this.world.context.catalog.transaction((tx) => tags.put(tx, `arn:${value}`, { value }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
